"""Step 8: whether the documents hold the answer at all."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.pipeline.weigh import Weighing

BACKGROUND_RANK = 20
"""A passage of this rank is about something else: it shows how near mere company comes."""

USUAL_MARGIN = 0.08
"""Assumed where the documents have fewer passages than that."""


READING_LIMIT = 12.0
"""Beyond this the reader's score says nothing more."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the decision rests on.

    ``margin``: how much nearer to the question the nearest passage is than the one of the
    background rank, in cosine. ``sentence_cosine`` and ``sentence_coverage``: the best
    sentence's cosine with the question, and the share of the question's terms that it holds.
    ``reading``: the reader's log-odds for the best words, within ``READING_LIMIT``; 0 without one.
    """

    margin: float
    sentence_cosine: float
    sentence_coverage: float
    reading: float = 0.0


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """A logistic regression over the evidence; every weight is per unit of its feature.

    The defaults are fitted for the bundled embedder without a reader by ``python -m eval
    confidence``; see the decision record on extractive answers.
    """

    intercept: float = -29.4
    margin: float = 23.6
    sentence_cosine: float = 29.3
    sentence_coverage: float = 4.8
    reading: float = 0.0

    def confidence(self, evidence: Evidence | None) -> float:
        """Return the probability that the documents answer the question; 0 without evidence."""
        if evidence is None:
            return 0.0
        logit = (
            self.intercept
            + self.margin * evidence.margin
            + self.sentence_cosine * evidence.sentence_cosine
            + self.sentence_coverage * evidence.sentence_coverage
            + self.reading * evidence.reading
        )
        return 1 / (1 + math.exp(-logit))


WITH_READER = ConfidenceModel(
    intercept=-22.89,
    margin=0.0,
    sentence_cosine=26.13,
    sentence_coverage=0.0,
    reading=0.123,
)
"""Fitted with the bundled reader, on questions about documents that it never learned from.

Margin and coverage added nothing there; see the decision record on the reader.
"""


def gather_evidence(cosines: Sequence[float], weighing: Weighing) -> Evidence | None:
    """Return what the search and the weighing say; None when they found nothing.

    ``cosines`` are the dense leg's, best first.
    """
    if not weighing.sentences or not cosines:
        return None
    best = max(weighing.sentences, key=lambda item: item.score)
    known = len(cosines) >= BACKGROUND_RANK
    return Evidence(
        margin=cosines[0] - cosines[BACKGROUND_RANK - 1] if known else USUAL_MARGIN,
        sentence_cosine=best.cosine or 0.0,
        sentence_coverage=_share(best.shared_terms, weighing.asked_terms),
        reading=_reading(weighing),
    )


def _reading(weighing: Weighing) -> float:
    best = weighing.words[0].score if weighing.words else 0.0
    return min(max(best, -READING_LIMIT), READING_LIMIT)


def _share(terms: frozenset[str], asked: frozenset[str]) -> float:
    return len(terms) / len(asked) if asked else 0.0
