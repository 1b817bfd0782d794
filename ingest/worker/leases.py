"""Keeps jobs from being given to another worker while this one is busy with them."""

import logging
import threading
from collections.abc import Collection, Sequence
from types import TracebackType
from typing import Self

from index.errors import MureumError
from index.uploads.base import UploadQueue
from index.uploads.models import Job

logger = logging.getLogger(__name__)

LEASE_SECONDS = 15.0
_SECONDS_BETWEEN = 4.0


class Leases:
    """Prolongs the leases of some jobs from a thread, until each is let go."""

    def __init__(self, queue: UploadQueue, jobs: Sequence[Job]) -> None:
        self._queue = queue
        self._held = {job.job_id for job in jobs}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._prolong, name="leases", daemon=True)

    def tell(self, jobs: Collection[Job], stage: str) -> frozenset[str]:
        """Tell what is done with these jobs; return the ids of those that are still held."""
        return self._queue.hold([job.job_id for job in jobs], LEASE_SECONDS, stage)

    def let_go(self, job: Job) -> None:
        """Hold a job no longer: it has ended."""
        with self._lock:
            self._held.discard(job.job_id)

    def put_back(self) -> None:
        """Let all that are held still wait again."""
        with self._lock:
            held, self._held = self._held, set()
        self._queue.put_back(held)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _prolong(self) -> None:
        while not self._ended.wait(_SECONDS_BETWEEN):
            with self._lock:
                held = set(self._held)
            try:
                self._queue.hold(held, LEASE_SECONDS)
            except MureumError as error:
                logger.warning("Leases could not be prolonged: %s", error)
