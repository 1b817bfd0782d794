"""The times of the last answers, for a person who looks."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Milliseconds that half of some answers took at most, and nineteen in twenty."""

    answers: int
    p50: float
    p95: float


class RecentAnswers:
    """Remembers the times of so many answers, by step."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._timings: deque[Mapping[str, float]] = deque(maxlen=most)

    def add(self, timings_ms: Mapping[str, float]) -> None:
        """Remember one more, and forget the oldest where there are too many."""
        self._timings.append(timings_ms)

    def quantiles(self) -> dict[str, Quantiles]:
        """Return how long each step took."""
        by_step: dict[str, list[float]] = {}
        for timings in tuple(self._timings):
            for step, milliseconds in timings.items():
                by_step.setdefault(step, []).append(milliseconds)
        return {step: _quantiles(sorted(times)) for step, times in by_step.items()}


def _quantiles(times: Sequence[float]) -> Quantiles:
    """Return nearest ranks: values that were really measured."""
    count = len(times)
    return Quantiles(count, times[-(-count // 2) - 1], times[-(-count * 19 // 20) - 1])
