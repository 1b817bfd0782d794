"""How sure a share is: right also where a thing never, or always, happened.

The bootstrap knows no doubt there: every resample of no successes has none.
"""

import math
from dataclasses import dataclass

from eval.intervals import Interval

_NORMAL_QUANTILE = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Proportion:
    """How many of how many."""

    count: int
    total: int

    @property
    def share(self) -> float:
        """Return the share; 0 where nothing was tried."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> Interval:
        """Return Wilson's 95 % interval; the whole range where nothing was tried.

        Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927,
        https://doi.org/10.1080/01621459.1927.10502953.
        """
        if not self.total:
            return Interval(0.0, 1.0)
        square = _NORMAL_QUANTILE**2 / self.total
        middle = self.share + square / 2
        spread = math.sqrt(square * (self.share * (1 - self.share) + square / 4))
        low, high = (middle - spread) / (1 + square), (middle + spread) / (1 + square)
        return Interval(max(0.0, low), min(1.0, high))

    def as_json(self) -> dict[str, object]:
        """Return what a report says of it."""
        interval = [self.interval.low, self.interval.high]
        return {
            "count": self.count,
            "total": self.total,
            "share": self.share,
            "interval": interval,
        }

    def __str__(self) -> str:
        low, high = 100 * self.interval.low, 100 * self.interval.high
        return f"{self.count:,} of {self.total:,} ({100 * self.share:.1f} %, {low:.1f}–{high:.1f})"
