"""What a person sees of a measurement: a line a set, tables at the end."""

import math
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.intervals import Interval
from eval.metrics import MEASURES
from eval.results import COMPARED, NamedComparison, SetResult, macro_mean


def print_summary(result: SetResult, console: Console) -> None:
    """Print one line as soon as a set is measured."""
    legs = ", ".join(f"{leg} {number(means[COMPARED])}" for leg, means in result.legs.items())
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
        cells = [cell(mean, intervals.get(leg, {}).get(name)) for name, mean in means.items()]
        first = "\n".join(lines[2 * number : 2 * number + 2])
        table.add_row(first, leg, *cells)
    table.add_section()


def cell(mean: float, interval: Interval | None) -> str:
    """Return a figure with its interval below, if it has one."""
    if interval is None:
        return number(mean)
    return f"{number(mean)}\n[dim]{number(interval.low)}–{number(interval.high)}[/dim]"


def number(value: float) -> str:
    """Return a share in as few characters as a table needs; a dash where it is not defined."""
    if math.isnan(value):
        return "–"
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
