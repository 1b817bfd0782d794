"""``python -m eval compare A.json B.json``: which differences between two runs are no chance.

Every value of a query in the second run is paired with the same query's in the first.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.arguments import add_file
from eval.errors import ReportError
from eval.intervals import Comparison, compare
from eval.terminal import number

LOWER_IS_BETTER = {"brier"}

QueryValues = Mapping[str, Mapping[str, float]]
"""Query → measure → value."""


@dataclass(frozen=True, slots=True)
class Run:
    """The values of a report, by set; ``command`` is what measured them."""

    path: Path
    command: str
    sets: Mapping[str, QueryValues]


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of one set in both runs, over the queries that both have."""

    name: str
    measure: str
    queries: int
    first: float
    second: float
    result: Comparison

    @property
    def verdict(self) -> str:
        """Return whether the second run is better, worse, or not told apart from the first."""
        if not self.result.is_significant:
            return "–"
        is_up = self.result.difference > 0
        return "better" if is_up is not (self.measure in LOWER_IS_BETTER) else "worse"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the two reports."""
    holds = "report that retrieval, answers or abstention wrote with --json"
    add_file(parser, "first", "A.json", holds)
    add_file(parser, "second", "B.json", "a later one")


def run(options: argparse.Namespace) -> int:
    """Return 0 after comparing; raise ReportError when there is nothing to compare."""
    first, second = read_run(options.first), read_run(options.second)
    print_differences(differences(first, second), first, second)
    return 0


def read_run(path: Path) -> Run:
    """Return the values of a report; raise ReportError for a file that is none."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        sets = {name: _flat_queries(found["per_query"]) for name, found in report["sets"].items()}
        return Run(path, str(report["command"]), sets)
    except OSError as error:
        raise ReportError(f"{path} cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReportError(
            f"{path} is no report with the values of every query. Write one with --json: retrieval,"
            " answers and abstention do."
        ) from error


def differences(first: Run, second: Run) -> list[Difference]:
    """Return every measure that both runs have; raise ReportError for runs of different sets."""
    if first.command != second.command:
        raise ReportError(
            f"{first.path} is a report of `{first.command}` and {second.path} one of"
            f" `{second.command}`: only two of one command can be compared."
        )
    if first.sets.keys() != second.sets.keys():
        raise ReportError(
            f"The runs are of different sets: {', '.join(sorted(first.sets))} in {first.path},"
            f" {', '.join(sorted(second.sets))} in {second.path}."
        )
    return [
        found
        for name in first.sets
        for found in _set_differences(name, first.sets[name], second.sets[name])
    ]


def print_differences(found: list[Difference], first: Run, second: Run) -> None:
    """Print a row a measure, and how to read it."""
    console = Console(highlight=False)
    for name in first.sets:
        console.print(_table(name, [one for one in found if one.name == name]))
    _print_counts(found, first, second, console)


def _table(name: str, found: list[Difference]) -> Table:
    table = Table(title=escape(name), box=None, pad_edge=False, title_justify="left")
    table.add_column("measure", overflow="fold")
    for column in ("queries", "first", "second", "difference", "p", "second is"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in found:
        between = f"{one.result.interval.low:+.3f} {one.result.interval.high:+.3f}"
        table.add_row(
            one.measure,
            f"{one.queries:,}",
            number(one.first),
            number(one.second),
            f"{one.result.difference:+.3f}\n[dim]{between}[/dim]",
            f"{one.result.p:.4f}",
            one.verdict,
        )
    return table


def _print_counts(found: list[Difference], first: Run, second: Run, console: Console) -> None:
    for name in first.sets:
        one, other = first.sets[name].keys(), second.sets[name].keys()
        if one != other:
            console.print(
                f"{escape(name)}: only the {len(one & other):,} queries of both runs are compared;"
                f" the first has {len(one):,}, the second {len(other):,}.",
                soft_wrap=True,
            )
    significant = sum(1 for one in found if one.result.is_significant)
    console.print(
        f"{significant} of {len(found)} differences are significant (paired bootstrap, p < .05);"
        " by chance alone it would be about one in twenty.",
        soft_wrap=True,
    )


def _set_differences(name: str, first: QueryValues, second: QueryValues) -> Iterator[Difference]:
    shared = [query for query in first if query in second]
    if not shared:
        raise ReportError(
            f"The runs have no query of {name} in common: they are of different sets, or of other"
            " queries of it."
        )
    measures = dict.fromkeys(measure for query in shared for measure in first[query])
    for measure in measures:
        pairs = [
            (first[query][measure], second[query][measure])
            for query in shared
            if measure in first[query] and measure in second[query]
        ]
        if pairs:
            yield _difference(name, measure, pairs)


def _difference(name: str, measure: str, pairs: list[tuple[float, float]]) -> Difference:
    values = np.array(pairs, dtype=np.float64)
    means = values.mean(axis=0)
    result = compare(values[:, 1], values[:, 0])
    return Difference(name, measure, len(pairs), float(means[0]), float(means[1]), result)


def _flat_queries(per_query: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    return {query: dict(_flat(values)) for query, values in per_query.items()}


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """Yield measures by name; those of a leg begin with its name."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", float(value)
