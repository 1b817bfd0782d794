"""Works ahead in threads and gives the results in order, with a bound on what waits."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")

_MOST_WAITING = 256
_MOST_WEIGHT_WAITING = 64_000_000


def in_order(
    work: Callable[[Given], Result],
    items: Iterable[Given],
    weight: Callable[[Given], int],
    workers: int,
) -> Generator[Result, None, None]:
    """Yield the result of every item, in the order of the items; errors are raised in their place.

    So many threads work on the next items meanwhile, until the results that nobody has taken yet
    are 256 or weigh 64 million together; without workers each item has its turn in this thread.
    Closing this iterator begins nothing more and waits for nothing.
    """
    if not workers:
        yield from map(work, items)
        return
    pool = ThreadPoolExecutor(workers, thread_name_prefix="ahead")
    waiting: deque[tuple[Future[Result], int]] = deque()
    weighs = 0
    try:
        for item in items:
            waiting.append((pool.submit(work, item), weight(item)))
            weighs += waiting[-1][1]
            while len(waiting) > _MOST_WAITING or weighs > _MOST_WEIGHT_WAITING:
                future, weighed = waiting.popleft()
                weighs -= weighed
                yield future.result()
        while waiting:
            yield waiting.popleft()[0].result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
