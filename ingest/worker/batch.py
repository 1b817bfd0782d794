"""Some jobs from claim to end: read ahead, stored together, finished one by one."""

import logging
from collections.abc import Sequence
from contextlib import closing
from functools import partial

from index.models import Failure
from index.uploads.base import UploadQueue
from index.uploads.models import Job
from ingest.ahead import in_order
from ingest.reading import Parse
from ingest.worker.leases import Leases
from ingest.worker.reading import Reading, UploadReader
from ingest.worker.stopping import StoppedError, Stopping
from ingest.worker.storing import Store

logger = logging.getLogger(__name__)

_CHILDREN_AT_ONCE = 512


class Batch:
    """Jobs in hand; what is not finished when it ends waits again, or is given to another."""

    def __init__(
        self, queue: UploadQueue, store: Store, leases: Leases, stopping: Stopping
    ) -> None:
        self._queue = queue
        self._store = store
        self._leases = leases
        self._stopping = stopping

    def work_off(
        self, jobs: Sequence[Job], reader: UploadReader, parse: Parse, workers: int
    ) -> None:
        """Bring the documents of these jobs in line; raise StoppedError when asked to end."""
        self._leases.tell(jobs, "reading")
        waiting: list[Reading] = []
        read = partial(reader.read, parse)
        with closing(in_order(read, jobs, lambda r: r.characters, workers)) as readings:
            for _ in jobs:
                with self._stopping.interruptible():
                    waiting.append(next(readings))
                if sum(reading.children for reading in waiting) >= _CHILDREN_AT_ONCE:
                    self._put(waiting)
                    waiting = []
        self._put(waiting)

    def _put(self, readings: Sequence[Reading]) -> None:
        """Store and finish; a job that was given to another worker meanwhile is left to it.

        That is asked with the writer in hand: from then on nobody else can store what is newer.
        """
        if not readings:
            return
        jobs = [reading.job for reading in readings]
        self._store.take(partial(self._leases.tell, jobs, "waiting"))
        held = self._leases.tell(jobs, "storing")
        if self._stopping.asked:
            raise StoppedError
        still = [reading for reading in readings if reading.job.job_id in held]
        for reading, outcome in zip(still, self._store.put(still), strict=True):
            if isinstance(reading.found, Failure):
                self._queue.fail(reading.job.job_id, reading.found.reason, reading.found.message)
                logger.warning("failed: %s", reading.found.message)
            else:
                self._queue.finish(reading.job.job_id, outcome)
                logger.info("%s: %s", outcome, reading.job.source)
            self._leases.let_go(reading.job)
