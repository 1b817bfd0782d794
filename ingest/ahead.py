"""Works ahead in threads and gives the results in order, with a bound on what waits."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Condition
from typing import Generic, TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")

_MOST_WAITING = 256
_MOST_WEIGHT_WAITING = 32_000_000


def in_order(
    work: Callable[[Given], Result],
    items: Iterable[Given],
    weight: Callable[[Result], int],
    workers: int,
) -> Generator[Result, None, None]:
    """Yield the result of every item, in the order of the items; errors are raised in their place.

    So many threads work on the next 256 items meanwhile, and pause while the results that nobody
    has taken yet weigh over 32 million together; without workers each item has its turn in this
    thread. Closing this iterator begins nothing more and waits for nothing.
    """
    if not workers:
        yield from map(work, items)
        return
    pool = ThreadPoolExecutor(workers, thread_name_prefix="ahead")
    scale = _Scale(work, weight)
    waiting: deque[Future[Result]] = deque()
    try:
        for number, item in enumerate(items):
            waiting.append(pool.submit(scale.weighed, number, item))
            if len(waiting) > _MOST_WAITING:
                yield scale.taken(waiting.popleft().result())
        while waiting:
            yield scale.taken(waiting.popleft().result())
    finally:
        scale.close()
        pool.shutdown(wait=False, cancel_futures=True)


class _Scale(Generic[Given, Result]):
    """Weighs results that wait, and lets work begin only while they are not too heavy."""

    def __init__(self, work: Callable[[Given], Result], weight: Callable[[Result], int]) -> None:
        self._work = work
        self._weight = weight
        self._changed = Condition()
        self._weighs = 0
        self._next = 0
        self._closed = False

    def weighed(self, number: int, item: Given) -> Result:
        """Return the result of an item; the one that is taken next never has to wait."""
        with self._changed:
            self._changed.wait_for(lambda: self._may_begin(number))
            if self._closed:
                raise RuntimeError("Nobody waits for this any more.")
        result = self._work(item)
        with self._changed:
            self._weighs += self._weight(result)
        return result

    def taken(self, result: Result) -> Result:
        """Return the result that was taken, which weighs nothing here any more."""
        with self._changed:
            self._weighs -= self._weight(result)
            self._next += 1
            self._changed.notify_all()
        return result

    def close(self) -> None:
        """Let whoever waits give up."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _may_begin(self, number: int) -> bool:
        light = self._weighs <= _MOST_WEIGHT_WAITING
        return light or number == self._next or self._closed
