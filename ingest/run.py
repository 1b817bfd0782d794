"""One run of the ingestion: find, skip what is known, read, chunk, store, prune, publish."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from index.base import SearchIndex, Writer
from index.errors import IndexMissingError
from index.models import ChunkedDocument, Failure, Fingerprint
from ingest.discovery import FoundFile, find_files, is_below
from ingest.errors import LoaderError, UnsupportedFormatError
from ingest.reading import FileContent, ReadingOptions, read_content, to_document
from ingest.report import FileReport, Outcome, RunReport

logger = logging.getLogger(__name__)

_CHILDREN_AT_ONCE = 512
_NOTHING_KNOWN = Fingerprint("", "", frozenset())

Progress = Callable[[FileReport], None]
Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is asked to do; ``base`` is the folder that sources are named from."""

    paths: Sequence[Path]
    base: Path
    tags: frozenset[str] = frozenset()
    prune: bool = False
    dry_run: bool = False
    rebuild: bool = False
    reading: ReadingOptions = field(default_factory=ReadingOptions)


def ingest(index: SearchIndex, options: RunOptions, progress: Progress) -> RunReport:
    """Return what was done; ``progress`` is told of each file as soon as it is done.

    Whatever was stored when an error or an interruption ends the run stays stored.
    """
    started = time.monotonic()
    opened = nullcontext() if options.dry_run else index.writer(rebuild=options.rebuild)
    with opened as writer:
        run = _Run(index, options, writer, progress)
        try:
            run.everything()
        finally:
            revision = writer.publish() if writer else 0
    return RunReport(run.files, time.monotonic() - started, revision, options.dry_run)


class _Run:
    """The state of one run: what is known, what is waiting to be stored, what was done."""

    def __init__(
        self, index: SearchIndex, options: RunOptions, writer: Writer | None, progress: Progress
    ) -> None:
        self._options = options
        self._writer = writer
        self._progress = progress
        self._known = _known(index.fingerprints)
        self._failed = _known(lambda: {f.source: f for f in index.failures()})
        self._waiting: list[ChunkedDocument] = []
        self._failures: list[Failure] = []
        self.files: list[FileReport] = []

    def everything(self) -> None:
        """Bring the index to what the files are."""
        present = set()
        for file in find_files(self._options.paths, self._options.base):
            present.add(file.source)
            self._one(file)
        self._store()
        if self._options.prune:
            self._prune(present)

    def _one(self, file: FoundFile) -> None:
        content_hash = ""
        try:
            read = read_content(file, self._options.reading)
            content_hash = read.content_hash
            tags = self._options.tags or self._known.get(file.source, _NOTHING_KNOWN).tags
            if self._is_known(read, tags):
                self._done(FileReport(file.source, Outcome.UNCHANGED))
                return
            self._wait(to_document(read, tags, self._options.reading))
        except LoaderError as error:
            self._fail(file, error, content_hash)

    def _is_known(self, read: FileContent, tags: frozenset[str]) -> bool:
        known = self._known.get(read.file.source)
        now = Fingerprint(read.content_hash, read.recipe, tags)
        return known == now and not self._options.rebuild

    def _wait(self, document: ChunkedDocument) -> None:
        self._waiting.append(document)
        waiting = sum(len(p.children) for d in self._waiting for p in d.parents)
        if waiting >= _CHILDREN_AT_ONCE:
            self._store()

    def _store(self) -> None:
        """Store and publish what is waiting, and forget it."""
        documents, self._waiting = self._waiting, []
        failures, self._failures = self._failures, []
        if self._writer is None:
            for document in documents:
                self._done(FileReport(document.source, self._outcome(document)))
            return
        for document, change in zip(documents, self._writer.put(documents), strict=True):
            counts = (change.added, change.kept, change.removed, change.embedded)
            self._done(FileReport(document.source, self._outcome(document), *counts))
        self._writer.record_failures(failures)
        self._writer.publish()

    def _outcome(self, document: ChunkedDocument) -> Outcome:
        return Outcome.CHANGED if document.source in self._known else Outcome.ADDED

    def _fail(self, file: FoundFile, error: LoaderError, content_hash: str) -> None:
        """Report a file; what an earlier version of it said stays in the index."""
        unsupported = isinstance(error, UnsupportedFormatError)
        given = file.path in self._options.paths
        outcome = Outcome.SKIPPED if unsupported and not given else Outcome.FAILED
        if outcome is Outcome.FAILED:
            now = datetime.now(UTC)
            self._failures.append(Failure(file.source, error.reason, str(error), content_hash, now))
        self._done(FileReport(file.source, outcome, reason=error.reason, message=str(error)))

    def _prune(self, present: set[str]) -> None:
        gone = [source for source in self._known if source not in present and self._inside(source)]
        if self._writer is not None:
            forgotten = [s for s in self._failed if s not in present and self._inside(s)]
            self._writer.delete({*gone, *forgotten})
        for source in gone:
            self._done(FileReport(source, Outcome.REMOVED))

    def _inside(self, source: str) -> bool:
        return any(is_below(source, path, self._options.base) for path in self._options.paths)

    def _done(self, file: FileReport) -> None:
        self.files.append(file)
        self._progress(file)


def _known(read: Callable[[], Mapping[str, Known]]) -> Mapping[str, Known]:
    """Return what the index knows; nothing where there is no index yet."""
    try:
        return read()
    except IndexMissingError:
        return {}


def count_files(options: RunOptions) -> int:
    """Return how many files a run will look at."""
    return sum(1 for _ in find_files(options.paths, options.base))
