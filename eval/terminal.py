"""What a person sees: progress while measuring, tables at the end."""

import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from eval.intervals import Interval
from eval.metrics import MEASURES
from eval.results import COMPARED, NamedComparison, SetResult, macro_mean

_SECONDS_BETWEEN_LINES = 10.0


class StepProgress:
    """Counts what is done of one step: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console, title: str, total: int) -> None:
        self._console = console
        self._title = title
        self._total = total
        self._done = 0
        self._last_line = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task(escape(title), total=total)

    def __call__(self, done: int) -> None:
        """Count what was done since the last call."""
        self._done += done
        self._bar.update(self._task, completed=self._done)
        late = time.monotonic() - self._last_line > _SECONDS_BETWEEN_LINES
        if late and not self._console.is_terminal:
            self._last_line = time.monotonic()
            self._console.print(
                f"{escape(self._title)}: {self._done:,} of {self._total:,}", soft_wrap=True
            )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()


def print_summary(result: SetResult, console: Console) -> None:
    """Print one line as soon as a set is measured."""
    legs = ", ".join(f"{leg} {_share(means[COMPARED])}" for leg, means in result.legs.items())
    console.print(f"{escape(result.name)}: {COMPARED} {legs}", soft_wrap=True)


def print_results(results: Sequence[SetResult], console: Console) -> None:
    """Print every measure with its interval, the mean over sets, and the verdict."""
    table = Table(box=None, pad_edge=False)
    table.add_column("set")
    table.add_column("leg")
    for name in MEASURES:
        table.add_column(name, justify="right")
    for result in results:
        _add_set(table, result)
    if len(results) > 1:
        _add_legs(table, f"mean of {len(results)}", macro_mean(results), {})
    console.print(table)
    console.print("Below each mean: its 95 % bootstrap interval over queries.")
    for result in results:
        for named in result.comparisons:
            console.print(f"{escape(result.name)}: {_comparison(named)}", soft_wrap=True)
    console.print(_verdict(results), soft_wrap=True)


def _add_set(table: Table, result: SetResult) -> None:
    title = f"{escape(result.name)}\n{result.queries:,} queries\n{result.documents:,} documents"
    _add_legs(table, title, result.legs, result.intervals)


def _add_legs(
    table: Table,
    title: str,
    legs: Mapping[str, Mapping[str, float]],
    intervals: Mapping[str, Mapping[str, Interval]],
) -> None:
    lines = title.split("\n")
    for number, (leg, means) in enumerate(legs.items()):
        cells = [_cell(mean, intervals.get(leg, {}).get(name)) for name, mean in means.items()]
        first = "\n".join(lines[2 * number : 2 * number + 2])
        table.add_row(first, leg, *cells)
    table.add_section()


def _cell(mean: float, interval: Interval | None) -> str:
    if interval is None:
        return _share(mean)
    return f"{_share(mean)}\n[dim]{_share(interval.low)}–{_share(interval.high)}[/dim]"


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0") if value < 1 else "1.00"


def _comparison(named: NamedComparison) -> str:
    result = named.result
    verdict = "significant" if result.is_significant else "not significant"
    return (
        f"{named.leg} against {named.against}, {COMPARED}: {result.difference:+.4f}"
        rf" \[{result.interval.low:+.4f}, {result.interval.high:+.4f}], p = {result.p:.4f},"
        f" {verdict}"
    )


def _verdict(results: Sequence[SetResult]) -> str:
    worse = [result.name for result in results if result.comparisons[0].result.is_worse]
    if not worse:
        return "On no set is fused significantly below its better leg (p < .05)."
    return f"Fused is significantly below its better leg (p < .05) on: {escape(', '.join(worse))}."
