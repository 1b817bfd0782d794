"""The queue of uploads as waiting code uses it: in threads of its own, a few forms at a time."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from app.concurrency import Workers
from app.job_watch import JobWatch
from index.uploads.base import UploadQueue
from index.uploads.models import Job

Given = ParamSpec("Given")
Result = TypeVar("Result")

_THREADS = 4
"""A disk that is slow to write holds up uploads, never questions."""

_MOST_FORMS = 8
"""Each keeps its files open until its end."""


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What one form may hold, how long it may be silent, and how slow it may be (0: any pace)."""

    file_bytes: int = 200_000_000
    files: int = 50
    form_bytes: int = 1_000_000_000
    silent_seconds: float = 30.0
    least_bytes_a_second: int = 0


class Uploads:
    """The queue, which only functions in threads may use, and what is followed of it."""

    def __init__(self, queue: UploadQueue, limits: UploadLimits) -> None:
        self.queue = queue
        self.limits = limits
        self._workers = Workers(_THREADS, _MOST_FORMS - _THREADS)
        self._watch = JobWatch(self._workers, queue)

    def admission(self) -> AbstractContextManager[None]:
        """Count one form in and out; raise OverloadedError when too many are being received."""
        return self._workers.admission()

    async def run(
        self, function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """Return what the function returns, called in a thread: where the queue may be used."""
        return await self._workers.run(function, *args, **kwargs)

    def follow(self, job_id: str) -> AsyncGenerator[Job, None]:
        """Yield a job now and at every change of its state or stage, to its end."""
        return self._watch.follow(job_id)

    def release(self) -> None:
        """Let go of all who follow a job, so that the server can end."""
        self._watch.close()

    def close(self) -> None:
        """Let go of threads and files; closing twice is allowed."""
        self._watch.close()
        self._workers.close()
        self.queue.close()
