"""Two runs beside each other: every value of a query is paired with the same query's before."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from eval.errors import ReportError
from eval.intervals import Comparison, compare

LOWER_IS_BETTER = {"brier"}

QueryValues = Mapping[str, Mapping[str, float]]
"""Query → measure → value."""


@dataclass(frozen=True, slots=True)
class Run:
    """The values of a report, by set; ``command`` is what measured them, with these settings."""

    path: Path
    command: str
    sets: Mapping[str, QueryValues]
    settings: Mapping[str, object] = field(default_factory=dict)


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

    def as_json(self) -> dict[str, object]:
        """Return what a report says of this measure."""
        return {
            "measure": self.measure,
            "queries": self.queries,
            "means": [self.first, self.second],
            "difference": self.result.difference,
            "interval": [self.result.interval.low, self.result.interval.high],
            "p": self.result.p,
            "verdict": self.verdict,
        }


def read_run(path: Path) -> Run:
    """Return the values of a report; raise ReportError for a file that is none."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        sets = {name: _flat_queries(found["per_query"]) for name, found in report["sets"].items()}
        return Run(path, str(report["command"]), sets, dict(report.get("settings") or {}))
    except OSError as error:
        raise ReportError(f"{path} cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReportError(
            f"{path} is no report with the values of every query. Write one with --json: retrieval,"
            " answers and abstention do."
        ) from error


def refuse_other_sets(first: Run, second: Run) -> None:
    """Raise ReportError for runs of two commands or of different sets."""
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


def differences(first: Run, second: Run, progress: Callable[[int], None]) -> list[Difference]:
    """Return every measure that both runs have; ``progress`` is told of each set.

    Raises ReportError for a set of which the runs have no query in common.
    """
    found: list[Difference] = []
    for name in first.sets:
        found += _set_differences(name, first.sets[name], second.sets[name])
        progress(1)
    return found


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
