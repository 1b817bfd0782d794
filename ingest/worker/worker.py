"""The worker's loop: wait for jobs, work them off, and go on whatever happens to one batch."""

import logging
from collections.abc import Sequence

from index.base import SearchIndex
from index.errors import MureumError
from index.uploads.base import UploadQueue
from index.uploads.models import Job
from ingest.reading import Parse, ReadingOptions, open_parse
from ingest.worker.batch import Batch
from ingest.worker.leases import LEASE_SECONDS, Leases
from ingest.worker.reading import UploadReader
from ingest.worker.stopping import StoppedError, Stopping
from ingest.worker.storing import Store
from ingest.worker.waiting import SECONDS_BETWEEN_LOOKS, Cleaner

logger = logging.getLogger(__name__)

JOBS_AT_ONCE = 32
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 60.0


class Worker:
    """Works off a queue into an index until it is told to end."""

    def __init__(
        self, queue: UploadQueue, index: SearchIndex, options: ReadingOptions, stopping: Stopping
    ) -> None:
        self._queue = queue
        self._options = options
        self._stopping = stopping
        self._reader = UploadReader(queue, index, options)
        self._store = Store(index, stopping)
        self._cleaner = Cleaner(queue)
        self._pause = _FIRST_PAUSE_SECONDS

    def run(self) -> None:
        """Work until a signal or the end of the parent; what is not done then waits again."""
        with open_parse(self._options) as parse:
            try:
                while not self._stopping.asked:
                    self._look(parse)
            except StoppedError:
                logger.info("told to end")
            finally:
                self._store.give_back()

    def work_off(self) -> None:
        """Work until nothing waits."""
        with open_parse(self._options) as parse:
            try:
                while self._claimed_and_done(parse):
                    pass
            finally:
                self._store.give_back()

    def _look(self, parse: Parse) -> None:
        """Do what waits; errors that are no file's fault leave it waiting, for a while."""
        try:
            self._cleaner.clean()
            busy = self._claimed_and_done(parse)
        except MureumError as error:
            self._store.give_back()
            logger.warning("trying again in %.0f s: %s", self._pause, error)
            self._stopping.wait(self._pause)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS)
            return
        self._pause = _FIRST_PAUSE_SECONDS
        if busy:
            self._store.give_others_a_turn()
        else:
            self._store.give_back()
            self._stopping.wait(SECONDS_BETWEEN_LOOKS)

    def _claimed_and_done(self, parse: Parse) -> bool:
        jobs = self._queue.claim(JOBS_AT_ONCE, LEASE_SECONDS)
        if jobs:
            self._do(jobs, parse)
        return bool(jobs)

    def _do(self, jobs: Sequence[Job], parse: Parse) -> None:
        """Work off these jobs; an error of ours, and being told to end, put back the rest.

        Any other error ends the worker, as a crash does: the jobs come back when their leases
        end, and the one whose fault it was is found.
        """
        with Leases(self._queue, jobs) as leases:
            batch = Batch(self._queue, self._store, leases, self._stopping)
            try:
                batch.work_off(jobs, self._reader, parse, self._options.workers)
            except (MureumError, StoppedError):
                leases.put_back()
                raise
