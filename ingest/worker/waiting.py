"""What an idle worker does: it looks once a second, and now and then it cleans."""

import logging
import time
from collections.abc import Callable

from index.uploads.base import UploadQueue
from ingest.worker.stopping import Stopping

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_BETWEEN_CLEANINGS = 3600.0


class Cleaner:
    """Removes files that belong to nothing, at first and then once an hour."""

    def __init__(self, queue: UploadQueue, clock: Callable[[], float] = time.monotonic) -> None:
        self._queue = queue
        self._clock = clock
        self._cleaned_at: float | None = None

    def clean(self) -> None:
        """Clean where it was long ago."""
        now = self._clock()
        if self._cleaned_at is None or now - self._cleaned_at >= _SECONDS_BETWEEN_CLEANINGS:
            self._cleaned_at = now
            if removed := self._queue.clean():
                logger.info("removed %d files that belonged to nothing", removed)


def wait_for_work(queue: UploadQueue, stopping: Stopping) -> bool:
    """Return whether there is something to do, False when told to end; nothing heavy is loaded."""
    cleaner = Cleaner(queue)
    while not stopping.asked:
        cleaner.clean()
        if queue.has_work():
            return True
        stopping.wait(SECONDS_BETWEEN_LOOKS)
    return False
