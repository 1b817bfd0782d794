"""So many a minute for each name: a token bucket, as routers count packets."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

MOST_NAMES = 10_000
"""Of more senders the one that was seen longest ago is forgotten: it begins with a full bucket."""

_SECONDS = 60.0
_NOTHING = 1e-9
"""Sums of fractions come out so near: who waited as long as it was told gets in."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class Rate:
    """Gives each name a token for each request; what is not used is saved up for a minute.

    The bucket of a name that rested for a minute is full, and as good as none: it is forgotten.
    With ``a_minute`` 0 everything is allowed.
    """

    def __init__(
        self,
        a_minute: int,
        clock: Callable[[], float] = monotonic,
        most_names: int = MOST_NAMES,
    ) -> None:
        self.a_minute = a_minute
        self._clock = clock
        self._most_names = most_names
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    @property
    def names(self) -> int:
        """Return how many names are remembered."""
        return len(self._buckets)

    def wait_seconds(self, name: str) -> float:
        """Return how long until this name gets a token, 0 when it gets one now; take none."""
        bucket = self._buckets.get(name)
        return 0.0 if bucket is None else self._missing(self._tokens(bucket, self._clock()))

    def take(self, name: str) -> float:
        """Take a token and return 0, or take none and return the seconds until there is one."""
        if not self.a_minute:
            return 0.0
        now = self._clock()
        bucket = self._buckets.pop(name, None) or _Bucket(self.a_minute, now)
        self._buckets[name] = bucket  # behind all others: the first one rested longest
        self._forget(now)
        bucket.tokens = self._tokens(bucket, now)
        bucket.filled_at = now
        wait = self._missing(bucket.tokens)
        if not wait:
            bucket.tokens -= 1
        return wait

    def _tokens(self, bucket: _Bucket, now: float) -> float:
        gained = (now - bucket.filled_at) * self.a_minute / _SECONDS
        return min(self.a_minute, bucket.tokens + gained)

    def _missing(self, tokens: float) -> float:
        missing = 1 - tokens
        return missing * _SECONDS / self.a_minute if missing > _NOTHING else 0.0

    def _forget(self, now: float) -> None:
        while len(self._buckets) > 1:
            name, oldest = next(iter(self._buckets.items()))
            if len(self._buckets) <= self._most_names and now - oldest.filled_at < _SECONDS:
                return
            del self._buckets[name]
