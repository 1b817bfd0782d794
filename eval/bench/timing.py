"""Times of named steps, in wall time and in the calling thread's own CPU time."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np


class Lap(NamedTuple):
    """One measurement; on a busy machine the CPU time says what the step itself costs."""

    wall_seconds: float
    cpu_seconds: float


class Laps:
    """Collects measurements by name."""

    def __init__(self) -> None:
        self._laps: defaultdict[str, list[Lap]] = defaultdict(list)

    @contextmanager
    def lap(self, name: str) -> Iterator[None]:
        """Measure the block once, unless it raises."""
        wall, cpu = time.perf_counter(), time.thread_time()
        yield
        self._laps[name].append(Lap(time.perf_counter() - wall, time.thread_time() - cpu))

    def names(self) -> list[str]:
        """Return the names in the order in which they were first measured."""
        return list(self._laps)

    def total(self, name: str) -> float:
        """Return the sum of wall times in seconds; 0 where nothing was measured."""
        return sum(lap.wall_seconds for lap in self._laps.get(name, []))

    def milliseconds(self, name: str, percentile: float) -> float:
        """Return a percentile of the wall times."""
        return _percentile([lap.wall_seconds for lap in self._laps[name]], percentile)

    def cpu_milliseconds(self, name: str, percentile: float) -> float:
        """Return a percentile of the CPU times."""
        return _percentile([lap.cpu_seconds for lap in self._laps[name]], percentile)


def _percentile(seconds: list[float], percentile: float) -> float:
    return float(np.percentile(seconds, percentile)) * 1e3
