"""Who may send one more request, with a clock of the test's own."""

from contextlib import ExitStack

import pytest

from app.limits.errors import TooManyRequestsError
from app.limits.limiter import Limiter, Limits, too_many
from app.limits.sender import address_of, network_of
from tests.unit.app.limits.test_rate import Clock


def refused(limiter: Limiter, sender: str) -> TooManyRequestsError:
    with pytest.raises(TooManyRequestsError) as caught, limiter.admission(sender):
        pass
    return caught.value


def test_a_request_counts_until_it_ends() -> None:
    limiter = Limiter(Limits(requests_at_once=2))
    with limiter.admission("a"), limiter.admission("a"):
        assert refused(limiter, "a").retry_after_seconds == 2
        with limiter.admission("b"):
            assert limiter.senders == 2
    with limiter.admission("a"):
        pass
    assert limiter.senders == 0


def test_a_request_that_fails_ends_too() -> None:
    limiter = Limiter(Limits(requests_at_once=1))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), limiter.admission("a"):
            raise ZeroDivisionError
    assert limiter.senders == 0


def test_what_is_refused_for_being_too_much_at_once_costs_nothing_of_the_minute() -> None:
    clock = Clock()
    limiter = Limiter(Limits(requests_a_minute=3, requests_at_once=1), clock)
    with limiter.admission("a"):
        for _ in range(50):
            refused(limiter, "a")
    with limiter.admission("a"):
        pass
    with limiter.admission("a"):
        pass
    assert refused(limiter, "a").retry_after_seconds == 20


def test_the_seconds_to_wait_are_whole_true_and_in_the_words() -> None:
    clock = Clock()
    limiter = Limiter(Limits(requests_a_minute=7), clock)
    for _ in range(7):
        with limiter.admission("a"):
            pass
    error = refused(limiter, "a")
    assert error.retry_after_seconds == 9
    assert "9 s" in str(error)
    clock.now += 9
    with limiter.admission("a"):
        pass


def test_a_moment_is_a_whole_second() -> None:
    assert too_many("for a test", 0.001).retry_after_seconds == 1


def test_without_limits_everything_is_let_in() -> None:
    limiter = Limiter(Limits())
    with ExitStack() as open_requests:
        for _ in range(2_000):
            open_requests.enter_context(limiter.admission("a"))
    assert limiter.senders == 0


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::1", "::/64"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_all_addresses_of_one_network_of_ipv6_are_one_sender(address: str, counted: str) -> None:
    assert network_of(address) == counted


def test_a_connection_without_an_address_is_counted_too() -> None:
    assert address_of({"client": ("192.0.2.7", 5)}) == "192.0.2.7"
    assert address_of({"client": None}) == address_of({}) == "unknown"
