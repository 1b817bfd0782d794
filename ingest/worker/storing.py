"""The one writer in the worker's hands: taken when there is something to store, and given back."""

import logging
import time
from collections.abc import Callable, Sequence

from index.base import SearchIndex, Writer
from index.errors import IndexLockedError
from index.models import ChunkedDocument, Failure
from ingest.report import Outcome
from ingest.worker.reading import Reading, Wish
from ingest.worker.stopping import StoppedError, Stopping

logger = logging.getLogger(__name__)

_TURN_SECONDS = 10.0
_SECONDS_FOR_OTHERS = 0.5
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 5.0


class Store:
    """Stores what was read; whoever else wants to write gets a turn in between."""

    def __init__(self, index: SearchIndex, stopping: Stopping) -> None:
        self._index = index
        self._stopping = stopping
        self._writer: Writer | None = None
        self._taken_at = 0.0

    def take(self, tell_waiting: Callable[[], object]) -> None:
        """Become the writer, however long another one works; raise StoppedError when asked to."""
        pause = _FIRST_PAUSE_SECONDS
        while self._writer is None:
            try:
                self._writer = self._index.writer()
                self._taken_at = time.monotonic()
            except IndexLockedError as error:
                if pause == _FIRST_PAUSE_SECONDS:
                    logger.info("waiting: %s", error)
                    tell_waiting()
                if self._stopping.wait(pause):
                    raise StoppedError from error
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def put(self, readings: Sequence[Reading]) -> list[str]:
        """Store and publish, and return the outcome of each; take() comes first."""
        writer = self._writer
        if writer is None:
            raise RuntimeError("take() comes before put()")
        documents = [r.found for r in readings if isinstance(r.found, ChunkedDocument)]
        with self._stopping.interruptible():
            changes = iter(writer.put(documents))
        writer.regroup({r.job.source: r.groups for r in readings if r.groups is not None})
        writer.delete(r.job.source for r in readings if r.found is Wish.REMOVE)
        writer.record_failures([r.found for r in readings if isinstance(r.found, Failure)])
        writer.publish()
        outcomes = []
        for reading in readings:
            change = next(changes) if isinstance(reading.found, ChunkedDocument) else None
            same = change is not None and not (change.added or change.removed)
            outcomes.append(_outcome(reading, same=same))
        return outcomes

    def give_back(self) -> None:
        """Let other writers in."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def give_others_a_turn(self) -> None:
        """Let other writers in where this one has written for long."""
        if self._writer is not None and time.monotonic() - self._taken_at > _TURN_SECONDS:
            self.give_back()
            self._stopping.wait(_SECONDS_FOR_OTHERS)


def _outcome(reading: Reading, *, same: bool) -> str:
    if reading.found is Wish.REMOVE:
        return Outcome.REMOVED.value
    if isinstance(reading.found, Failure):
        return Outcome.FAILED.value
    if reading.is_new:
        return Outcome.ADDED.value
    return (
        Outcome.UNCHANGED.value if same or reading.found is Wish.NOTHING else Outcome.CHANGED.value
    )
