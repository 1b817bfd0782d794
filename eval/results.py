"""What was measured on one set, and on all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np

from eval.intervals import Comparison, Interval, compare, intervals
from eval.metrics import MEASURES, Values
from eval.provenance import IndexFacts

SINGLE_LEGS = ("bm25", "dense")
CHILDREN = "children"
FUSED = "fused"
RERANKED = "reranked"
HYDE = "hyde"
COMPARED = "ndcg@10"
"""The measure whose differences are tested."""


@dataclass(frozen=True, slots=True)
class NamedComparison:
    """Which leg was compared with which."""

    leg: str
    against: str
    result: Comparison


@dataclass(frozen=True)
class SetResult:
    """The values of one set: leg → measure → one value a query, in the order of the ids."""

    name: str
    documents: int
    queries: int
    values: Mapping[str, Mapping[str, Values]]
    query_ids: Sequence[str] = ()
    index: IndexFacts | None = None
    imagined: Mapping[str, object] | None = None

    @cached_property
    def legs(self) -> dict[str, dict[str, float]]:
        """Return the mean of every measure of every leg."""
        return {
            leg: {name: float(values.mean()) for name, values in measures.items()}
            for leg, measures in self.values.items()
        }

    @cached_property
    def intervals(self) -> dict[str, dict[str, Interval]]:
        """Return the bootstrap interval of each of those means."""
        columns = [values for measures in self.values.values() for values in measures.values()]
        found = iter(intervals(np.column_stack(columns)))
        return {
            leg: {name: next(found) for name in measures} for leg, measures in self.values.items()
        }

    @cached_property
    def comparisons(self) -> list[NamedComparison]:
        """Return fused against the better of the single legs, and each further part's worth."""
        better = max(SINGLE_LEGS, key=lambda leg: self.legs[leg][COMPARED])
        before = RERANKED if RERANKED in self.values else FUSED
        pairs = [(FUSED, better), (FUSED, CHILDREN), (RERANKED, FUSED), (HYDE, before)]
        return [
            NamedComparison(
                leg, against, compare(self.values[leg][COMPARED], self.values[against][COMPARED])
            )
            for leg, against in pairs
            if leg in self.values and against in self.values
        ]

    def as_json(self) -> dict[str, object]:
        """Return what the report says of this set."""
        return {
            "queries": self.queries,
            "documents": self.documents,
            "legs": self.legs,
            "intervals": {
                leg: {name: [found.low, found.high] for name, found in measures.items()}
                for leg, measures in self.intervals.items()
            },
            "comparisons": [
                {
                    "leg": named.leg,
                    "against": named.against,
                    "measure": COMPARED,
                    **asdict(named.result),
                    "interval": [named.result.interval.low, named.result.interval.high],
                }
                for named in self.comparisons
            ],
            "index": self.index.as_json() if self.index else None,
            "imagined": self.imagined,
            "per_query": {
                query: {
                    leg: {name: float(values[place]) for name, values in measures.items()}
                    for leg, measures in self.values.items()
                }
                for place, query in enumerate(self.query_ids)
            },
        }


def macro_mean(results: Sequence[SetResult]) -> dict[str, dict[str, float]]:
    """Return the mean over sets, each set counting the same, of the legs that all sets have."""
    common = [leg for leg in results[0].legs if all(leg in result.legs for result in results)]
    return {
        leg: {
            name: float(np.mean([result.legs[leg][name] for result in results]))
            for name in MEASURES
        }
        for leg in common
    }
