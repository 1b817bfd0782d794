"""Which files there are below the given paths, and by which name each is known."""

import os
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from index.uploads.models import SOURCE_PREFIX, UPLOADS_MARKER

MACHINE_FOLDERS = frozenset({"__pycache__", "bower_components", "node_modules", "site-packages"})
"""Folders of libraries and caches: nobody asks about what programs put there."""

MACHINE_FILES = frozenset({"pyvenv.cfg", "store.sqlite3", UPLOADS_MARKER})
"""What marks a folder as a virtual environment, as an index of ours, or as files handed over."""

_NO_MARK = {0, stat.S_IFDIR}


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read; ``source`` is the name that it has in the index."""

    path: Path
    source: str


def source_of(path: Path, base: Path) -> str:
    """Return the path relative to ``base`` where it lies inside, else the absolute one.

    Composed (NFC), with forward slashes: the same file has the same source on every system. A
    folder of yours that lies where the sources of uploads begin gets ``./`` before its name.
    """
    absolute = Path(os.path.normpath(path.absolute()))
    inside = absolute.is_relative_to(base)
    name = (absolute.relative_to(base) if inside else absolute).as_posix()
    source = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    return f"./{source}" if f"{source}/".startswith(SOURCE_PREFIX) else source


def find_files(
    paths: Sequence[Path], base: Path, unlisted: Callable[[OSError], None] | None = None
) -> Iterator[FoundFile]:
    """Yield every regular file once, in the order of the paths and of the names below them.

    Hidden files and folders, and folders of programs, are left out, and so are symbolic links
    inside a folder: what they point to may lie outside, and what lies inside is found anyway.
    ``unlisted`` is told of folders that cannot be listed.
    """
    seen: set[str] = set()
    for path in paths:
        for file in [path] if _is_file(path, unlisted) else _below(path, unlisted):
            source = source_of(file, base)
            if source not in seen:
                seen.add(source)
                yield FoundFile(file, source)


def find_again(files: Iterable[FoundFile], paths: Sequence[Path]) -> Iterator[FoundFile]:
    """Yield those of the files that are there and that a walk of the paths would find."""
    reach = Reach(paths)
    for file in files:
        if reach.finds(file.path) and _is_regular(file.path):
            yield file


class Reach:
    """Tells what a walk of some paths comes to, without walking; it remembers: use it soon."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = frozenset(paths)
        self._entered: dict[Path, bool] = {}

    def finds(self, path: Path) -> bool:
        """Return whether the walk comes to the folder of this path and does not pass its name."""
        return path in self._paths or (not _is_hidden(path.name) and self.enters(path.parent))

    def enters(self, folder: Path) -> bool:
        """Return whether the walk looks into this folder; one that is gone may come back."""
        if folder not in self._entered:
            self._entered[folder] = folder in self._paths or self._comes_to(folder)
        return self._entered[folder]

    def _comes_to(self, folder: Path) -> bool:
        if folder.parent == folder or _is_passed_by(folder.name):
            return False
        return (
            self.enters(folder.parent)
            and not stat.S_ISLNK(_kind(folder))
            and all(_kind(folder / name) in _NO_MARK for name in MACHINE_FILES)
        )


def _below(folder: Path, unlisted: Callable[[OSError], None] | None) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, onerror=unlisted, followlinks=False):
        if parent != str(folder) and not MACHINE_FILES.isdisjoint(names):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not _is_passed_by(name))
        for name in sorted(names):
            path = Path(parent) / name
            if not _is_hidden(name) and _is_regular(path):
                yield path


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _is_passed_by(folder_name: str) -> bool:
    return _is_hidden(folder_name) or folder_name in MACHINE_FOLDERS


def _is_regular(path: Path) -> bool:
    """Return whether this is a file and no link; reading it tells why it may not be looked at."""
    return stat.S_ISREG(_kind(path, unknown=stat.S_IFREG))


def _kind(path: Path, unknown: int = 0) -> int:
    """Return the type of what is here, without following a link; 0 when there is nothing."""
    try:
        return stat.S_IFMT(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError:
        return unknown


def _is_file(path: Path, unlisted: Callable[[OSError], None] | None) -> bool:
    """Return whether a given path is a file; a walk that tells of errors will tell of this one."""
    try:
        return path.is_file()
    except OSError:
        if unlisted is None:
            raise
        return False


def is_below(source: str, folder: Path, base: Path) -> bool:
    """Return whether a stored source lies in this folder or is this file."""
    return lies_in(source, source_of(folder, base))


def lies_in(source: str, root: str) -> bool:
    """Return whether a stored source lies in the folder with this source, or is this file.

    The base itself is ``.``: what lies outside has an absolute source, and what was handed over
    to the service lies in no folder of anybody's.
    """
    if root == ".":
        return not PurePath(source).is_absolute() and not source.startswith(SOURCE_PREFIX)
    return source == root or source.startswith(root.rstrip("/") + "/")
