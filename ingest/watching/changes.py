"""Which files differ from what was ingested last, found by events and by looking at everything."""

import errno
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from pathlib import Path

from ingest.discovery import MACHINE_FILES, FoundFile, Reach, find_files, lies_in, source_of
from ingest.loaders.registry import suffixes
from ingest.report import Outcome
from ingest.run import RunOptions
from ingest.watching.signature import GONE, UNKNOWN, Signature, signature_of

_NO_LONGER_THERE = {errno.ENOENT, errno.ENOTDIR}


class Changes:
    """Remembers the signature that each file had when it was ingested, by source.

    What no loader reads is never among the changes: a lock file of an editor makes no round.
    """

    def __init__(self, options: RunOptions) -> None:
        self._roots = options.paths
        self._base = options.base
        self._suffixes = suffixes(options.reading.loaders)
        self._ingested: dict[str, Signature] = {}

    def of_everything(
        self, stored: Collection[str], unlisted: Callable[[OSError], None]
    ) -> Iterator[FoundFile]:
        """Yield what differs below the roots; ``stored`` is what the index knows.

        ``unlisted`` is told of folders that cannot be listed; what they held is not gone.
        """
        hidden: list[str] = []

        def keep(error: OSError) -> None:
            if error.errno not in _NO_LONGER_THERE:
                hidden.append(source_of(Path(error.filename), self._base))
                unlisted(error)

        listed = set()
        for file in find_files(self._roots, self._base, keep):
            listed.add(file.source)
            if self._is_readable(file.path) and self._differs(file):
                yield file
        roots = [source_of(root, self._base) for root in self._roots]
        for source in sorted({*stored, *self._ingested} - listed):
            if _lies_in_any(source, roots) and not _lies_in_any(source, hidden):
                yield self._file(source)

    def told_by(self, events: Iterable[Path]) -> Iterator[FoundFile]:
        """Yield the files that these events are about, of whole folders too."""
        reach = Reach(self._roots)
        folders = set()
        for path in sorted(set(map(_subject, events))):
            if not reach.finds(path):
                continue
            file = FoundFile(path, source_of(path, self._base))
            if signature_of(path) not in {GONE, UNKNOWN}:
                yield from [file] if self._is_readable(path) else []
            else:
                yield from [file] if file.source in self._ingested else []
                folders.add(file.source)
                yield from self._new_in(path, reach)
        yield from self._changed_in(folders, reach)

    def ingested(
        self,
        files: Mapping[FoundFile, Signature],
        outcomes: Mapping[str, Outcome],
        unread: Collection[str],
    ) -> None:
        """Remember what a round did; what could not be read differs until it can be."""
        for file, signature in files.items():
            outcome = outcomes.get(file.source, Outcome.REMOVED)
            if outcome is Outcome.REMOVED or file.source in unread:
                self._ingested.pop(file.source, None)
            else:
                self._ingested[file.source] = signature

    def _new_in(self, folder: Path, reach: Reach) -> Iterator[FoundFile]:
        """Yield the files of a folder that came as a whole."""
        if folder.is_dir() and reach.enters(folder):
            for file in find_files([folder], self._base):
                if self._is_readable(file.path) and self._differs(file):
                    yield file

    def _changed_in(self, folders: Set[str], reach: Reach) -> Iterator[FoundFile]:
        """Yield the known files of these folders that went with them or are left out now."""
        for source in list(self._ingested) if folders else []:
            if not folders.isdisjoint(_ancestors(source)):
                file = self._file(source)
                if self._differs(file) or not reach.finds(file.path):
                    yield file

    def _file(self, source: str) -> FoundFile:
        return FoundFile(self._base / source, source)

    def _is_readable(self, path: Path) -> bool:
        return path.suffix.lower() in self._suffixes

    def _differs(self, file: FoundFile) -> bool:
        return signature_of(file.path) != self._ingested.get(file.source)


def _subject(path: Path) -> Path:
    """Return what an event is about: the mark of a virtual environment is about its folder."""
    return path.parent if path.name in MACHINE_FILES else path


def _lies_in_any(source: str, folders: Iterable[str]) -> bool:
    return any(lies_in(source, folder) for folder in folders)


def _ancestors(source: str) -> Iterator[str]:
    """Yield the folders that a source lies in, as sources."""
    if not source.startswith("/"):
        yield "."
    at = source.find("/")
    while at >= 0:
        yield source[:at] or "/"
        at = source.find("/", at + 1)
