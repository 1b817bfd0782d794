"""Who may send one more request now."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from app.limits.errors import TooManyRequestsError
from app.limits.rate import Rate

_SECONDS_TO_END = 2
"""When one of many requests will end nobody knows; so long is worth waiting for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What each sender may do; 0 is no limit."""

    requests_a_minute: int = 0
    requests_at_once: int = 0
    wrong_keys_a_minute: int = 0


class Limiter:
    """Counts the requests of each sender; a stream is one until it ends."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = monotonic) -> None:
        self._rate = Rate(limits.requests_a_minute, clock)
        self._most = limits.requests_at_once
        self._open: Counter[str] = Counter()

    @property
    def senders(self) -> int:
        """Return how many senders have open requests."""
        return len(self._open)

    @contextmanager
    def admission(self, sender: str) -> Iterator[None]:
        """Count one request in and out; raise TooManyRequestsError for one too many."""
        self._check(sender)
        self._open[sender] += 1
        try:
            yield
        finally:
            self._open[sender] -= 1
            if not self._open[sender]:
                del self._open[sender]

    def _check(self, sender: str) -> None:
        """Refuse what is too much at once before it costs a token."""
        if self._most and self._open[sender] >= self._most:
            raise TooManyRequestsError(
                f"{self._most} of your requests are being answered; wait until one of them ends.",
                _SECONDS_TO_END,
            )
        if wait := self._rate.take(sender):
            raise too_many(f"at most {self._rate.a_minute} requests a minute are answered", wait)


def too_many(reason: str, wait_seconds: float) -> TooManyRequestsError:
    """Return the error that tells the whole seconds after which there is room again."""
    seconds = math.ceil(wait_seconds)
    return TooManyRequestsError(f"Too many requests: {reason}. Wait {seconds} s.", seconds)
