"""Rounds of the ingestion: what has changed is ingested once it is at rest."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from index.base import SearchIndex
from index.errors import IndexLockedError, MureumError
from ingest.discovery import FoundFile, lies_in, source_of
from ingest.errors import MalformedFileError
from ingest.known import known_to
from ingest.report import FileReport, Outcome, RunReport
from ingest.run import RunOptions, ingest
from ingest.watching.absence import absence
from ingest.watching.changes import Changes
from ingest.watching.notices import News
from ingest.watching.settling import Settling
from ingest.watching.signature import GONE, Signature
from ingest.watching.timing import Timing


class Watcher:
    """Keeps an index at what the files of some folders are; ``tell`` is given a line at a time.

    An error ends a round and not the watch: what was due is tried again, and all folders are
    looked through then, so that nothing is lost.
    """

    def __init__(
        self,
        index: SearchIndex,
        options: RunOptions,
        timing: Timing,
        tell: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._index = index
        self._options = replace(options, prune=True)
        self._timing = timing
        self._tell = tell
        self._clock = clock
        self._changes = Changes(options)
        self._settling = Settling(timing)
        self._look_at = self._try_at = clock()
        self._pause = timing.first_pause
        self._begun = False
        self._trouble = ""
        self._warned: tuple[set[str], set[str]] = set(), set()
        self._failed: dict[str, str] = {}

    def take(self, news: News) -> None:
        """Do what these news and the time ask for."""
        now = self._clock()
        try:
            self._settling.add(self._changes.told_by(news.paths), now)
            if news.missed:
                self._look_at = now
            if now >= self._try_at:
                self._look(now)
                self._round(self._settling.at_rest(now))
        except (MureumError, OSError) as error:
            self._postpone(error)

    def _look(self, now: float) -> None:
        """Look at every file when something may have been missed."""
        if now >= self._look_at:
            self._warned = self._warned[1], set()
            known = known_to(self._index)
            stored = {*known.documents, *known.failures}
            self._settling.add(self._changes.of_everything(stored, self._tell_unlisted), now)
            self._look_at = math.inf

    def _round(self, due: dict[FoundFile, Signature]) -> None:
        """Ingest what is due; the first round is made even of nothing, so that an index exists."""
        kept = set(self._kept([file for file, now in due.items() if now == GONE]))
        self._settling.forget(dict.fromkeys(kept, GONE))
        due = {file: signature for file, signature in due.items() if file not in kept}
        if not due and (self._begun or self._settling):
            return
        report = ingest(self._index, replace(self._options, only=tuple(due)), self._show)
        self._settling.forget(due)
        outcomes = {file.source: file.outcome for file in report.files}
        self._changes.ingested(due, outcomes, self._unread(report))
        self._begun = True
        self._pause = self._timing.first_pause
        self._trouble = ""
        self._tell(summary(report))

    def _kept(self, gone: list[FoundFile]) -> Iterator[FoundFile]:
        """Yield the files whose documents are kept because their folder seems to be away."""
        stored = known_to(self._index).documents if gone else {}
        for root in self._options.paths if gone else ():
            name = source_of(root, self._options.base)
            below = [file for file in gone if lies_in(file.source, name)]
            reason = absence(root, self._options.base, stored) if below else None
            if reason:
                self._warn(f"warning: {root}: {reason}. Its documents are kept.")
                yield from below

    def _unread(self, report: RunReport) -> set[str]:
        """Return the files that failed before their bytes were had: the next look tries again."""
        if not report.count(Outcome.FAILED):
            return set()
        reason = MalformedFileError.reason
        failures = self._index.failures()
        return {each.source for each in failures if not each.attempt and each.reason == reason}

    def _postpone(self, error: Exception) -> None:
        kind = "waiting" if isinstance(error, IndexLockedError) else "error"
        if (trouble := f"{kind}: {error} It is tried again.") != self._trouble:
            self._trouble = trouble
            self._tell(trouble)
        self._look_at = self._try_at = self._clock() + self._pause
        self._pause = min(2 * self._pause, self._timing.longest_pause)

    def _show(self, file: FileReport) -> None:
        """Tell of a failure once, not each time that the file fails in the same way again."""
        before = self._failed.pop(file.source, "")
        if file.outcome is Outcome.FAILED:
            self._failed[file.source] = file.message
            if file.message != before:
                self._tell(f"failed: {file.message}")

    def _tell_unlisted(self, error: OSError) -> None:
        folder = Path(error.filename)
        self._warn(
            f"warning: {folder} cannot be listed ({error.strerror}). Its documents are kept."
        )

    def _warn(self, message: str) -> None:
        """Tell of something that lasts once, and again when it had been over at some look."""
        if not any(message in warned for warned in self._warned):
            self._tell(message)
        self._warned[1].add(message)


def summary(report: RunReport) -> str:
    """Return what a round did in one line."""
    counts = [f"{count} {each}" for each in Outcome if (count := report.count(each))]
    return (
        f"{', '.join(counts) or 'nothing to do'}; {report.embedded} chunks embedded in"
        f" {report.seconds:.1f} s; revision {report.revision}"
    )
