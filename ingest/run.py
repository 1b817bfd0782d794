"""One run of the ingestion: find, skip what is known, read, chunk, store, prune, publish."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from index.base import SearchIndex, Writer
from index.groups import Groups
from index.models import ChunkedDocument, Failure, Fingerprint, SimilarGroup
from ingest.ahead import in_order
from ingest.discovery import FoundFile, find_again, find_files, is_below, lies_in, source_of
from ingest.errors import LoaderError, UnsupportedFormatError
from ingest.grouping import check_groups_are_given, to_regroup
from ingest.known import known_to
from ingest.reading import Parse, ReadingOptions, open_parse, read_content, to_document
from ingest.report import CHANGING, FileReport, Outcome, RunReport, touched
from ingest.turn import writer_in_turn

logger = logging.getLogger(__name__)

_CHILDREN_AT_ONCE = 512

Progress = Callable[[FileReport], None]
Found = ChunkedDocument | Failure | None
"""What a file is read as: its document, why there is none, or None for an unchanged file."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is asked to do; ``base`` is the folder that sources are named from.

    A file that failed is read again when it, its loader or the chunker has changed, and always
    with ``retry_failed`` or ``rebuild``. All documents below the paths get the ``groups``, where
    they are given; None leaves what they carry, and is refused where that opened new files to
    everybody unasked. With ``only``, nothing but these files below the paths
    is looked at, and those of them that are gone are all that ``prune`` removes. A run waits so
    many seconds for its turn to write.
    """

    paths: Sequence[Path]
    base: Path
    tags: frozenset[str] = frozenset()
    groups: Groups | None = None
    prune: bool = False
    dry_run: bool = False
    rebuild: bool = False
    retry_failed: bool = False
    only: Sequence[FoundFile] | None = None
    patience_seconds: float = 0.0
    reading: ReadingOptions = field(default_factory=ReadingOptions)

    @property
    def roots(self) -> frozenset[str]:
        """Return the sources of the paths."""
        return frozenset(source_of(path, self.base) for path in self.paths)

    def files(self, unlisted: Callable[[OSError], None] | None = None) -> Iterator[FoundFile]:
        """Yield the files that a run looks at; ``unlisted`` is told of folders it cannot list."""
        if self.only is not None:
            return find_again(self.only, self.paths)
        return find_files(self.paths, self.base, unlisted)


def ingest(index: SearchIndex, options: RunOptions, progress: Progress) -> RunReport:
    """Return what was done; ``progress`` is told of each file as soon as it is done.

    Whatever was stored when an error or an interruption ends the run stays stored.
    """
    started = time.monotonic()
    with nullcontext() if options.dry_run else _writer(index, options) as writer:
        run = _Run(index, options, writer, progress)
        try:
            run.everything()
        finally:
            revision = writer.publish() if writer else 0
    seconds = time.monotonic() - started
    similar = () if options.dry_run or options.only is not None else _similar(index, run.files)
    return RunReport(run.files, seconds, revision, options.dry_run, similar)


def _similar(index: SearchIndex, files: Sequence[FileReport]) -> Sequence[SimilarGroup]:
    """Return the groups that new documents are in; comparing all takes a while."""
    if not any(file.outcome in CHANGING for file in files):
        return ()
    return touched(index.similar_groups(), files)


def _writer(index: SearchIndex, options: RunOptions) -> Writer:
    return writer_in_turn(index, options.patience_seconds, rebuild=options.rebuild)


class _Run:
    """The state of one run: what is known, what is waiting to be stored, what was done."""

    def __init__(
        self, index: SearchIndex, options: RunOptions, writer: Writer | None, progress: Progress
    ) -> None:
        self._options = options
        self._writer = writer
        self._progress = progress
        self._known = known_to(index)
        self._only = frozenset(file.source for file in options.only or ())
        self._regrouped: dict[str, Groups] = {}
        self._waiting: list[ChunkedDocument] = []
        self._failures: list[Failure] = []
        self._unlisted: list[str] = []
        self.files: list[FileReport] = []

    def everything(self) -> None:
        """Bring the index to what the files are, and first to who may read them."""
        self._regroup()
        present = set()
        with self._read_ahead() as files:
            for file, found in files:
                present.add(file.source)
                self._take(file, found)
        self._store()
        if self._options.prune:
            self._prune(present)

    def _regroup(self) -> None:
        """Let all documents below the paths carry the groups, those too that cannot be read now.

        Raises GroupsMissingError where groups have to be given.
        """
        options = self._options
        if options.groups is None:
            check_groups_are_given(self._known, options.roots)
            return
        self._regrouped = to_regroup(self._known, options.roots, options.groups)
        if self._writer is not None:
            self._writer.regroup(self._regrouped)
        self._known = self._known.regrouped(self._regrouped)

    @contextmanager
    def _read_ahead(self) -> Iterator[Iterator[tuple[FoundFile, Found]]]:
        """Give each file in order with what it is read as; the next ones are read meanwhile."""
        files = self._options.files(self._tell_unlisted)
        reading = self._options.reading
        with open_parse(reading) as parse:
            read = partial(self._read, parse)
            with closing(in_order(read, files, _length, reading.workers)) as results:
                yield results

    def _read(self, parse: Parse, file: FoundFile) -> tuple[FoundFile, Found]:
        """Return the file with what it is read as; several threads do this at once."""
        attempt = ""
        try:
            read = read_content(file, self._options.reading)
            tags = self._options.tags or self._known.tags(file.source)
            groups = self._known.groups(file.source)
            groups = groups if self._options.groups is None else self._options.groups
            fingerprint = Fingerprint(read.content_hash, read.recipe, tags, groups)
            if self._is_known(file.source, fingerprint):
                return file, None
            attempt = f"{read.content_hash}+{read.recipe}"
            if failure := self._failed_before(file.source, attempt):
                return file, failure
            return file, to_document(read, tags, self._options.reading, parse, groups)
        except LoaderError as error:
            now = datetime.now(UTC)
            return file, Failure(file.source, error.reason, str(error), attempt, now)

    def _is_known(self, source: str, now: Fingerprint) -> bool:
        """Return whether nothing is to be done; storing it again makes a failure forgotten."""
        same = self._known.documents.get(source) == now and source not in self._known.failures
        return same and not self._options.rebuild

    def _failed_before(self, source: str, attempt: str) -> Failure | None:
        again = self._options.retry_failed or self._options.rebuild
        return None if again else self._known.failure(source, attempt)

    def _take(self, file: FoundFile, found: Found) -> None:
        if found is None:
            other_groups = file.source in self._regrouped
            outcome = Outcome.CHANGED if other_groups else Outcome.UNCHANGED
            self._done(FileReport(file.source, outcome))
        elif isinstance(found, Failure):
            self._fail(file, found)
        else:
            self._wait(found)

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
        return Outcome.CHANGED if document.source in self._known.documents else Outcome.ADDED

    def _fail(self, file: FoundFile, failure: Failure) -> None:
        """Report a file; what an earlier version of it said stays in the index."""
        unsupported = failure.reason == UnsupportedFormatError.reason
        given = file.path in self._options.paths
        outcome = Outcome.SKIPPED if unsupported and not given else Outcome.FAILED
        if outcome is Outcome.FAILED and failure != self._known.failures.get(file.source):
            self._failures.append(failure)
        self._done(FileReport(file.source, outcome, reason=failure.reason, message=failure.message))

    def _prune(self, present: set[str]) -> None:
        gone = [
            source
            for source in self._known.documents
            if source not in present and self._inside(source)
        ]
        if self._writer is not None:
            forgotten = [s for s in self._known.failures if s not in present and self._inside(s)]
            self._writer.delete({*gone, *forgotten})
        for source in gone:
            self._done(FileReport(source, Outcome.REMOVED))

    def _tell_unlisted(self, error: OSError) -> None:
        """Report a folder that cannot be listed: what it held is not seen, and not gone."""
        folder = source_of(Path(error.filename), self._options.base)
        self._unlisted.append(folder)
        message = f"{folder} cannot be listed ({error.strerror}). Its documents are kept."
        self._done(FileReport(folder, Outcome.FAILED, reason=LoaderError.reason, message=message))

    def _inside(self, source: str) -> bool:
        if any(lies_in(source, folder) for folder in self._unlisted):
            return False
        if self._options.only is not None:
            return source in self._only
        return any(is_below(source, path, self._options.base) for path in self._options.paths)

    def _done(self, file: FileReport) -> None:
        self.files.append(file)
        self._progress(file)


def _length(read: tuple[FoundFile, Found]) -> int:
    """Return how many characters a document has that waits to be stored."""
    found = read[1]
    return found.parents[-1].end if isinstance(found, ChunkedDocument) and found.parents else 0


def count_files(options: RunOptions) -> int:
    """Return how many files a run will look at."""
    return sum(1 for _ in options.files())
