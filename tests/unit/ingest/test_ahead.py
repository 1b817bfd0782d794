"""Working ahead: in order, bounded, and ended at once."""

import threading
import time
from contextlib import closing

import pytest

from ingest import ahead
from ingest.ahead import in_order

WORKERS = pytest.mark.parametrize("workers", [0, 1, 4])


def nothing(_: object) -> int:
    return 0


def slower_first(number: int) -> int:
    time.sleep(0.02 * (number % 3 == 0))
    return number * 10


@WORKERS
def test_results_come_in_the_order_of_the_items(workers: int) -> None:
    assert list(in_order(slower_first, range(20), nothing, workers)) == list(range(0, 200, 10))


@WORKERS
def test_an_error_is_raised_where_its_item_stands(workers: int) -> None:
    def third_fails(number: int) -> int:
        if number == 2:
            raise LookupError("the third")
        return number

    results = in_order(third_fails, range(5), nothing, workers)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(LookupError, match="the third"):
        next(results)


def begun_while_nobody_takes(weight: int) -> int:
    begun: list[int] = []
    with closing(in_order(begun.append, range(5_000), lambda _: weight, 2)) as results:
        next(results)
        before = -1
        while before != len(begun):
            before = len(begun)
            time.sleep(0.05)
        return len(begun)


def test_no_more_is_begun_than_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_MOST_WAITING", 30)
    assert begun_while_nobody_takes(0) == 31


def test_little_is_begun_while_heavy_results_wait() -> None:
    assert 1 <= begun_while_nobody_takes(20_000_000) <= 5


def test_results_that_are_all_too_heavy_come_in_order_nevertheless() -> None:
    results = in_order(slower_first, range(40), lambda _: 10**12, 4)
    assert list(results) == list(range(0, 400, 10))


def test_an_error_among_heavy_results_stops_nothing_before_it() -> None:
    def last_fails(number: int) -> int:
        return 100 // (9 - number)

    results = in_order(last_fails, range(10), lambda _: 10**12, 3)
    assert len([next(results) for _ in range(9)]) == 9
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_closing_waits_for_nothing_and_begins_nothing_more() -> None:
    go_on = threading.Event()
    begun: list[int] = []

    def wait(number: int) -> int:
        begun.append(number)
        if number:
            go_on.wait(30)
        return number

    results = in_order(wait, range(100), nothing, 2)
    assert next(results) == 0
    started = time.monotonic()
    results.close()
    assert time.monotonic() - started < 5
    go_on.set()
    time.sleep(0.1)
    assert len(begun) < 10
