"""Token buckets, with a clock of the test's own."""

import random

import pytest

from app.limits.rate import Rate


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def taken(rate: Rate, name: str, most: int = 10_000) -> int:
    """Return how many tokens a name gets now."""
    return next((count for count in range(most) if rate.take(name)), most)


def test_a_minute_may_be_used_at_once_and_then_one_after_another(clock: Clock) -> None:
    rate = Rate(6, clock)
    assert taken(rate, "a") == 6
    assert rate.take("a") == pytest.approx(10)
    clock.now += 20
    assert taken(rate, "a") == 2


def test_what_is_saved_up_is_a_minute_at_most(clock: Clock) -> None:
    rate = Rate(6, clock)
    assert taken(rate, "a") == 6
    clock.now += 10_000
    assert taken(rate, "a") == 6


def test_names_do_not_share(clock: Clock) -> None:
    rate = Rate(3, clock)
    assert taken(rate, "a") == 3
    assert taken(rate, "b") == 3


def test_no_limit_lets_everything_pass_and_remembers_nothing(clock: Clock) -> None:
    rate = Rate(0, clock)
    assert taken(rate, "a", 5_000) == 5_000
    assert rate.wait_seconds("a") == 0
    assert rate.names == 0


def test_to_look_takes_nothing(clock: Clock) -> None:
    rate = Rate(2, clock)
    assert [rate.wait_seconds("a") for _ in range(9)] == [0] * 9
    assert taken(rate, "a") == 2
    assert rate.wait_seconds("a") == pytest.approx(30)


@pytest.mark.parametrize("a_minute", [1, 7, 30, 600, 100_000])
def test_whoever_waits_as_long_as_it_was_told_gets_in(clock: Clock, a_minute: int) -> None:
    rate, dice = Rate(a_minute, clock), random.Random(a_minute)  # noqa: S311 - a test
    for _ in range(200):
        while not (wait := rate.take("a")):
            clock.now += dice.random() * 30 / a_minute
        clock.now += wait
        assert rate.take("a") == 0


def test_who_rested_for_a_minute_is_forgotten(clock: Clock) -> None:
    rate = Rate(5, clock)
    for number in range(500):
        rate.take(f"early {number}")
    clock.now += 61
    rate.take("late")
    assert rate.names == 1


def test_however_many_call_few_are_remembered_and_the_busy_ones_among_them(clock: Clock) -> None:
    rate = Rate(5, clock, most_names=100)
    for number in range(10_000):
        rate.take("busy")
        rate.take(f"name {number}")
        clock.now += 0.0001
    assert rate.names == 100
    assert rate.take("busy") > 0
