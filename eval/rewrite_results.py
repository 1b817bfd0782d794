"""What rewriting was worth: in the ranking of documents, and beside what humans wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np

from eval.intervals import Comparison, Interval, compare, intervals
from eval.metrics import Values
from eval.provenance import IndexFacts
from eval.results import COMPARED

LAST_TURN, REWRITTEN, HUMAN = "last_turn", "rewritten", "human"
_SHARES = np.linspace(-3.0, 5.0, 161)


@dataclass(frozen=True, slots=True)
class GapClosed:
    """How much of what a human gains is gained; a bound is None where the data set none."""

    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class RewriteResult:
    """The values of one set: form of the question → measure → one value a question.

    Only a set that is searched has a gap; its measures are those of the fused ranking.
    """

    name: str
    values: Mapping[str, Mapping[str, Values]]
    measure: str = COMPARED
    index: IndexFacts | None = None

    @property
    def queries(self) -> int:
        """Return how many questions the compared measure has."""
        return len(self.values[LAST_TURN][self.measure])

    @cached_property
    def intervals(self) -> dict[str, dict[str, Interval]]:
        """Return the bootstrap interval of every mean."""
        return {
            form: {name: intervals(values[:, None])[0] for name, values in measures.items()}
            for form, measures in self.values.items()
        }

    @cached_property
    def comparison(self) -> Comparison:
        """Return the rewritten against the last turn, question by question."""
        return compare(self.values[REWRITTEN][self.measure], self.values[LAST_TURN][self.measure])

    @cached_property
    def gap(self) -> GapClosed | None:
        """Return the share of the human gain; None without one, or when nothing was searched."""
        if HUMAN not in self.values:
            return None
        last = self.values[LAST_TURN][self.measure]
        return gap_closed(
            self.values[REWRITTEN][self.measure] - last, self.values[HUMAN][self.measure] - last
        )

    def as_json(self) -> dict[str, object]:
        """Return what the report says of this set."""
        report: dict[str, object] = {"queries": self.queries}
        for form, measures in self.values.items():
            report[form] = {name: float(values.mean()) for name, values in measures.items()}
        report["intervals"] = {
            form: {name: [found.low, found.high] for name, found in measures.items()}
            for form, measures in self.intervals.items()
        }
        report["comparison"] = {
            "measure": self.measure,
            **asdict(self.comparison),
            "interval": [self.comparison.interval.low, self.comparison.interval.high],
        }
        report["index"] = self.index.as_json() if self.index else None
        if HUMAN in self.values:
            report["gap_closed"] = self.gap.share if self.gap else None
            report["gap_closed_interval"] = [self.gap.low, self.gap.high] if self.gap else None
        return report


def gap_closed(ours: Values, human: Values) -> GapClosed | None:
    """Return the ratio of two mean gains, paired by place; None when the human gained nothing.

    The interval holds every share with which the difference may be nothing (Fieller, "Some
    Problems in Interval Estimation", 1954, with the bootstrap's intervals): it stays honest, and
    may have no bound, when the gain below the line is itself unsure. Bounds are exact to .05.
    """
    if human.mean() <= 0:
        return None
    differences = ours[:, None] - _SHARES * human[:, None]
    found = intervals(differences)
    inside = [
        float(share) for share, one in zip(_SHARES, found, strict=True) if one.low <= 0 <= one.high
    ]
    low, high = min(inside, default=_SHARES[0]), max(inside, default=_SHARES[-1])
    return GapClosed(
        float(ours.mean() / human.mean()),
        low if low > _SHARES[0] else None,
        high if high < _SHARES[-1] else None,
    )


def mean_gap(results: Sequence[RewriteResult]) -> float | None:
    """Return the mean share of the gap over the sets that have one, each counting the same."""
    shares = [result.gap.share for result in results if result.gap]
    return float(np.mean(shares)) if shares else None
