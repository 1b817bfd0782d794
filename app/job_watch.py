"""Jobs as they go on, for any number of listeners."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import aclosing

from app.concurrency import Workers
from app.errors import OverloadedError
from index.uploads.base import UploadQueue
from index.uploads.models import Job, JobState

PAUSE_SECONDS = 0.5
MOST_FOLLOWERS = 1_000
FINAL = frozenset({JobState.DONE, JobState.FAILED})


class JobWatch:
    """Looks after jobs twice a second: one look for all that anybody listens to."""

    def __init__(self, workers: Workers, queue: UploadQueue) -> None:
        self._workers = workers
        self._queue = queue
        self._awaited: dict[str, asyncio.Future[Job | None]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._followers = 0
        self._closed = False

    async def follow(self, job_id: str) -> AsyncGenerator[Job, None]:
        """Yield a job as it is, and again whenever its state or stage changed, to its end.

        Ends early when the watch is closed. Raises JobNotFoundError, and OverloadedError when too
        many follow jobs already.
        """
        if self._followers >= MOST_FOLLOWERS:
            raise OverloadedError(f"{self._followers} jobs are being followed; try again soon.")
        self._followers += 1
        try:
            async with aclosing(self._changes(job_id)) as changes:
                async for job in changes:
                    yield job
        finally:
            self._followers -= 1

    async def _changes(self, job_id: str) -> AsyncGenerator[Job, None]:
        job: Job | None = await self._workers.run(self._queue.job, job_id)
        told = None
        while job is not None:
            if (job.state, job.stage) != told:
                told = (job.state, job.stage)
                yield job
            if job.state in FINAL:
                return
            job = await self._next_look(job_id)

    def close(self) -> None:
        """Let all who listen go."""
        self._closed = True
        if self._looking is not None:
            self._looking.cancel()
        _release(self._awaited)

    async def _next_look(self, job_id: str) -> Job | None:
        if self._closed:
            return None
        loop = asyncio.get_running_loop()
        awaited = self._awaited.setdefault(job_id, loop.create_future())
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(awaited)

    async def _look(self) -> None:
        while self._awaited:
            await asyncio.sleep(PAUSE_SECONDS)
            awaited, self._awaited = self._awaited, {}
            try:
                found = await self._workers.run(_read, self._queue, awaited.keys())
                for job_id, future in awaited.items():
                    _settle(future, found[job_id])
            finally:
                _release(awaited)


def _release(awaited: Mapping[str, asyncio.Future[Job | None]]) -> None:
    for future in awaited.values():
        if not future.done():
            future.set_result(None)


def _settle(future: asyncio.Future[Job | None], found: Job | Exception) -> None:
    if isinstance(found, Exception):
        future.set_exception(found)
        future.exception()  # nobody may be listening any more
    else:
        future.set_result(found)


def _read(queue: UploadQueue, job_ids: Collection[str]) -> Mapping[str, Job | Exception]:
    return {job_id: _job(queue, job_id) for job_id in job_ids}


def _job(queue: UploadQueue, job_id: str) -> Job | Exception:
    try:
        return queue.job(job_id)
    except Exception as error:  # it is raised again, in each stream that listens
        return error
