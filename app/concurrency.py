"""The one hand-over from waiting work (async) to CPU work (threads), bounded on both sides."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.errors import OverloadedError

Given = ParamSpec("Given")
Result = TypeVar("Result")
Vector = NDArray[np.float32]


class Workers:
    """A few threads for CPU work, and a count of the requests that use or await them."""

    def __init__(self, threads: int, waiting_limit: int) -> None:
        self._threads = threads
        self._limit = threads + waiting_limit
        self._admitted = 0
        self._awaited = 0
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="worker")

    @property
    def waiting(self) -> int:
        """Return how many functions wait for a thread."""
        return max(0, self._awaited - self._threads)

    @property
    def idle(self) -> bool:
        """Return whether no request uses the threads or waits for them."""
        return self._admitted == 0

    @contextmanager
    def admission(self) -> Iterator[None]:
        """Count one request in and out; raise OverloadedError when the line is full."""
        if self._admitted >= self._limit:
            raise OverloadedError(
                f"{self._admitted} requests are being answered or wait already; try again soon."
            )
        self._admitted += 1
        try:
            yield
        finally:
            self._admitted -= 1

    async def run(
        self, function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """Return what the function returns, called in a thread, in the caller's context.

        When the awaiting task is cancelled, work that has not begun is dropped.
        """
        self._awaited += 1
        try:
            work = self._pool.submit(copy_context().run, partial(function, *args, **kwargs))
            return await asyncio.wrap_future(work)
        finally:
            self._awaited -= 1

    def close(self) -> None:
        """Drop what has not begun and let the threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Waiter:
    text: str
    vector: asyncio.Future[Vector]


class QueryBatcher:
    """Encodes questions: those that wait while the encoder is busy go into its next call together.

    Nothing is delayed to fill a batch: a lone question is encoded at once.
    """

    def __init__(
        self, encode: Callable[[Sequence[str]], NDArray[np.float32]], largest_batch: int = 32
    ) -> None:
        self._encode = encode
        self._largest_batch = largest_batch
        self._waiting: deque[_Waiter] = deque()
        self._draining: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="encoder")

    async def encode(self, text: str) -> Vector:
        """Return the unit vector of one question, shape (dimension,)."""
        waiter = _Waiter(text, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain())
        return await waiter.vector

    def close(self) -> None:
        """Drop what has not begun and let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _drain(self) -> None:
        while self._waiting:
            batch = self._next_batch()
            if batch:
                await self._serve(batch)

    def _next_batch(self) -> list[_Waiter]:
        count = min(self._largest_batch, len(self._waiting))
        taken = [self._waiting.popleft() for _ in range(count)]
        return [waiter for waiter in taken if not waiter.vector.done()]

    async def _serve(self, batch: list[_Waiter]) -> None:
        texts = [waiter.text for waiter in batch]
        loop = asyncio.get_running_loop()
        try:
            vectors = await loop.run_in_executor(self._thread, self._encode, texts)
        except Exception as error:  # it is raised again, in each waiting request
            for waiter in batch:
                if not waiter.vector.done():
                    waiter.vector.set_exception(error)
            return
        for waiter, vector in zip(batch, vectors, strict=True):
            if not waiter.vector.done():
                waiter.vector.set_result(vector)
