"""What was measured of the refusals on one set."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import get_args

import numpy as np

from app.pipeline.question import Language, language_of
from eval.abstention.measures import (
    Decisions,
    Measure,
    ReliabilityBin,
    decisions_where,
    measure_of,
    reliability,
    statistic_of,
)
from eval.abstention.mix import Case, Kind
from eval.asking import Reply, latencies
from eval.intervals import Interval, bootstrap
from eval.provenance import IndexFacts

MEASURES: tuple[Measure, ...] = get_args(Measure)


@dataclass(frozen=True)
class AbstentionResult:
    """The cases of one set with their replies, in one order; ``threshold`` is the service's."""

    name: str
    cases: Sequence[Case]
    replies: Sequence[Reply]
    threshold: float
    index: IndexFacts

    @cached_property
    def decisions(self) -> Decisions:
        """Return what was right and what was done."""
        return Decisions(
            np.array([reply.answer.confidence for reply in self.replies], dtype=np.float64),
            np.array([case.should_abstain for case in self.cases]),
            np.array([reply.answer.abstained for reply in self.replies]),
        )

    @cached_property
    def languages(self) -> dict[Language, Decisions]:
        """Return the decisions by the language of the question."""
        asked = [language_of(case.query.text) for case in self.cases]
        return {
            language: decisions_where(self.decisions, [one is language for one in asked])
            for language in Language
            if language in asked
        }

    @cached_property
    def means(self) -> dict[Measure, float]:
        """Return every measure; nan where it is not defined."""
        return {name: measure_of(name, self.decisions) for name in MEASURES}

    @cached_property
    def intervals(self) -> dict[Measure, Interval]:
        """Return the bootstrap interval of every measure that is defined."""
        return {
            name: bootstrap(len(self.cases), statistic_of(name, self.decisions))
            for name in MEASURES
            if not math.isnan(self.means[name])
        }

    @cached_property
    def refused(self) -> dict[str, dict[str, int]]:
        """Return, by kind of question, how many there are and how many were refused."""
        asked = Counter(case.kind for case in self.cases)
        refused = Counter(
            case.kind
            for case, reply in zip(self.cases, self.replies, strict=True)
            if reply.answer.abstained
        )
        return {
            str(kind): {"queries": asked[kind], "refused": refused[kind]}
            for kind in Kind
            if asked[kind]
        }

    @cached_property
    def latencies_ms(self) -> dict[str, dict[str, float]]:
        """Return how long each step took."""
        return latencies(self.replies)

    def as_json(self) -> dict[str, object]:
        """Return what the report says of this set; an undefined figure is None."""
        return {
            **_defined(self.means),
            "threshold": self.threshold,
            "queries": len(self.cases),
            "kinds": self.refused,
            "intervals": {name: [one.low, one.high] for name, one in self.intervals.items()},
            "reliability": _bins(reliability(self.decisions)),
            "languages": {
                str(language): {
                    "queries": len(decisions.confidence),
                    "unanswerable": int(decisions.should_abstain.sum()),
                    **_defined({name: measure_of(name, decisions) for name in MEASURES}),
                    "reliability": _bins(reliability(decisions)),
                }
                for language, decisions in self.languages.items()
            },
            "latency_ms": self.latencies_ms,
            "index": self.index.as_json(),
            "per_query": self._per_query(),
            "details": self._details(),
        }

    def _per_query(self) -> dict[str, dict[str, float]]:
        """Return what can be compared between two runs; ``brier`` is better when it is lower."""
        right = self.decisions.should_abstain == self.decisions.abstained
        brier = (self.decisions.confidence - ~self.decisions.should_abstain) ** 2
        return {
            case.query.id: {"accuracy": float(good), "brier": float(far)}
            for case, good, far in zip(self.cases, right, brier, strict=True)
        }

    def _details(self) -> dict[str, dict[str, object]]:
        return {
            case.query.id: {
                "kind": str(case.kind),
                "abstained": reply.answer.abstained,
                "confidence": round(reply.answer.confidence, 4),
            }
            for case, reply in zip(self.cases, self.replies, strict=True)
        }


def _defined(means: dict[Measure, float]) -> dict[str, float | None]:
    return {name: None if math.isnan(mean) else mean for name, mean in means.items()}


def _bins(found: Sequence[ReliabilityBin]) -> list[dict[str, float | None]]:
    return [
        {name: None if math.isnan(value) else value for name, value in asdict(one).items()}
        for one in found
    ]
