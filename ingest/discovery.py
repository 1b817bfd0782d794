"""Which files there are below the given paths, and by which name each is known."""

import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MACHINE_FOLDERS = frozenset({"__pycache__", "bower_components", "node_modules", "site-packages"})
"""Folders of libraries and caches: nobody asks about what programs put there."""

MACHINE_FILES = frozenset({"pyvenv.cfg", "store.sqlite3"})
"""What marks a folder as a virtual environment, or as an index of ours."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read; ``source`` is the name that it has in the index."""

    path: Path
    source: str


def source_of(path: Path, base: Path) -> str:
    """Return the path relative to ``base`` where it lies inside, else the absolute one.

    Composed (NFC), with forward slashes: the same file has the same source on every system.
    """
    absolute = Path(os.path.normpath(path.absolute()))
    inside = absolute.is_relative_to(base)
    name = (absolute.relative_to(base) if inside else absolute).as_posix()
    return unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))


def find_files(paths: Sequence[Path], base: Path) -> Iterator[FoundFile]:
    """Yield every regular file once, in the order of the paths and of the names below them.

    Hidden files and folders, and folders of programs, are left out, and so are symbolic links
    inside a folder: what they point to may lie outside, and what lies inside is found anyway.
    """
    seen: set[str] = set()
    for path in paths:
        for file in [path] if path.is_file() else _below(path):
            source = source_of(file, base)
            if source not in seen:
                seen.add(source)
                yield FoundFile(file, source)


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, followlinks=False):
        if parent != str(folder) and not MACHINE_FILES.isdisjoint(names):
            folders.clear()
            continue
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in MACHINE_FOLDERS
        )
        for name in sorted(names):
            path = Path(parent) / name
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path


def is_below(source: str, folder: Path, base: Path) -> bool:
    """Return whether a stored source lies in this folder or is this file."""
    root = source_of(folder, base)
    return root in {".", source} or source.startswith(root.rstrip("/") + "/")
