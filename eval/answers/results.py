"""What was measured of the answers to one set."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.pipeline.question import Language
from eval.answers.grades import Grade, Verdict
from eval.asking import latencies
from eval.intervals import Interval, intervals
from eval.provenance import IndexFacts

MEASURES = ("em", "f1", "sentence_contains_gold", "found")
IMPOSSIBLE_MEASURES = ("impossible_em", "impossible_f1")


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of a measure over the queries that have it, with its bootstrap interval."""

    mean: float
    interval: Interval


@dataclass(frozen=True)
class AnswersResult:
    """The grades of one set; ``given`` says whether the right document was handed over.

    ``judge`` is the language model that graded too, if one did.
    """

    name: str
    grades: Sequence[Grade]
    index: IndexFacts
    given: bool = False
    judge: str | None = None

    @cached_property
    def answerable(self) -> list[Grade]:
        """Return the grades of the questions that have an answer."""
        return [one for one in self.grades if not one.query.impossible]

    @cached_property
    def impossible(self) -> list[Grade]:
        """Return the grades of the questions that must be refused."""
        return [one for one in self.grades if one.query.impossible]

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Return the figure of each measure; one without any query is left out."""
        return _figures(self.grades)

    @cached_property
    def languages(self) -> dict[str, dict[str, object]]:
        """Return, by the language of the questions, how many there are and their figures."""
        found: dict[str, dict[str, object]] = {}
        for language in Language:
            of_it = [one for one in self.answerable if one.language is language]
            if of_it:
                means = {name: each.mean for name, each in _figures(of_it).items()}
                found[str(language)] = {"queries": len(of_it), **means}
        return found

    @cached_property
    def missed(self) -> int:
        """Return how many answerable questions were not shown a document that answers them."""
        return sum(1 for one in self.answerable if one.found is False)

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """Return what the judge said, if one was asked."""
        return [one.verdict for one in self.answerable if one.verdict is not None]

    @property
    def unreadable(self) -> int:
        """Return how many verdicts were written in another form than asked for."""
        return sum(1 for verdict in self.verdicts if verdict.grade is None)

    @cached_property
    def latencies_ms(self) -> dict[str, dict[str, float]]:
        """Return how long each step took."""
        return latencies([one.reply for one in self.grades])

    def as_json(self) -> dict[str, object]:
        """Return what the report says of this set; a figure without queries is None."""
        wanted = MEASURES + (IMPOSSIBLE_MEASURES if self.impossible else ())
        wanted += ("judged",) if self.judge else ()
        figures = self.figures
        return {
            **{name: figures[name].mean if name in figures else None for name in wanted},
            "queries": len(self.answerable),
            "answered": _answered(self.answerable),
            "spans": sum(1 for one in self.answerable if one.reply.answer.span is not None),
            "retrieval_misses": self.missed,
            "impossible_queries": len(self.impossible),
            "impossible_answered": _answered(self.impossible),
            "intervals": {
                name: [each.interval.low, each.interval.high] for name, each in figures.items()
            },
            "when_answered": _means([one for one in self.answerable if not one.abstained]),
            "languages": self.languages,
            "given": self.given,
            "judge": {
                "model": self.judge,
                "verdicts": len(self.verdicts),
                "unreadable": self.unreadable,
            }
            if self.judge
            else None,
            "latency_ms": self.latencies_ms,
            "index": self.index.as_json(),
            "per_query": {one.query.id: one.measures() for one in self.grades},
            "details": {one.query.id: one.details() for one in self.grades},
        }


def _answered(grades: Sequence[Grade]) -> int:
    return sum(1 for one in grades if not one.abstained)


def _columns(grades: Sequence[Grade]) -> dict[str, list[float]]:
    """Return the values of each measure, of the questions that have it."""
    columns: dict[str, list[float]] = {}
    for one in grades:
        for name, value in one.measures().items():
            columns.setdefault(name, []).append(value)
    return columns


def _figures(grades: Sequence[Grade]) -> dict[str, Figure]:
    return {
        name: Figure(float(np.mean(values)), intervals(np.array(values)[:, None])[0])
        for name, values in _columns(grades).items()
    }


def _means(grades: Sequence[Grade]) -> dict[str, float]:
    return {name: float(np.mean(values)) for name, values in _columns(grades).items()}
