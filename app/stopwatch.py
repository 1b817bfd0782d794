"""How long each step of one request took."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter


class Stopwatch:
    """Milliseconds by step, for one request; a step that runs twice is added up.

    ``told`` hears of each step when it ends: its name, and the seconds that it took.
    """

    def __init__(self, told: Callable[[str, float], None] | None = None) -> None:
        self._told = told
        self._started = perf_counter()
        self._steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        started = perf_counter()
        try:
            yield
        finally:
            milliseconds = _milliseconds_since(started)
            self._steps[name] = self._steps.get(name, 0.0) + milliseconds
            if self._told is not None:
                self._told(name, milliseconds / 1_000)

    def read(self) -> dict[str, float]:
        """Return milliseconds by step, and in total since the watch was made."""
        steps = {**self._steps, "total": _milliseconds_since(self._started)}
        return {name: round(milliseconds, 3) for name, milliseconds in steps.items()}


def _milliseconds_since(started: float) -> float:
    return (perf_counter() - started) * 1_000
