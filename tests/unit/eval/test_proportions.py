"""Shares with Wilson's interval."""

import pytest

from eval.proportions import Proportion


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (15, 148, 0.0624, 0.1605),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_the_interval_is_the_one_of_newcombe_1998_table_i(
    count: int, total: int, low: float, high: float
) -> None:
    interval = Proportion(count, total).interval
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


def test_never_and_always_leave_doubt() -> None:
    assert Proportion(0, 50).interval.high > 0.05
    assert Proportion(50, 50).interval.low < 0.95
    assert Proportion(50, 50).interval.high == 1.0


def test_without_a_trial_anything_is_possible() -> None:
    nothing = Proportion(0, 0)
    assert nothing.share == 0.0
    assert (nothing.interval.low, nothing.interval.high) == (0.0, 1.0)


def test_it_reads_as_a_count_a_share_and_an_interval() -> None:
    assert str(Proportion(15, 148)) == "15 of 148 (10.1 %, 6.2–16.0)"
