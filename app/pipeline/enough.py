"""Step 8: whether the documents hold the answer at all."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.pipeline.retrieve import FoundPassage
from app.pipeline.weigh import Weighing


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the decision rests on, each usually in [0, 1].

    ``passage_cosine`` and ``sentence_cosine``: the best cosine of a chunk and of a sentence with
    the question. ``section_coverage`` and ``sentence_coverage``: the share of the question's
    terms in the section that holds most of them, and in the best sentence.
    """

    passage_cosine: float
    section_coverage: float
    sentence_cosine: float
    sentence_coverage: float


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """A logistic regression over the evidence; every weight is per unit of its feature.

    Fitted for the bundled embedder on 360 questions of SQuAD 2.0, TyDi QA (Korean) and KorQuAD,
    a third of them with every document on their subject taken out of the search.
    """

    intercept: float = -45.0
    passage_cosine: float = 18.0
    section_coverage: float = 4.5
    sentence_cosine: float = 30.0
    sentence_coverage: float = 1.5

    def confidence(self, evidence: Evidence | None) -> float:
        """Return the probability that the documents answer the question; 0 without evidence."""
        if evidence is None:
            return 0.0
        logit = (
            self.intercept
            + self.passage_cosine * evidence.passage_cosine
            + self.section_coverage * evidence.section_coverage
            + self.sentence_cosine * evidence.sentence_cosine
            + self.sentence_coverage * evidence.sentence_coverage
        )
        return 1 / (1 + math.exp(-logit))


def gather_evidence(found: Sequence[FoundPassage], weighing: Weighing) -> Evidence | None:
    """Return what the search and the weighing say; None when they found nothing."""
    if not weighing.sentences:
        return None
    best = max(weighing.sentences, key=lambda item: item.score)
    return Evidence(
        passage_cosine=max((item.hit.dense or 0.0 for item in found), default=0.0),
        section_coverage=_best_section_coverage(weighing),
        sentence_cosine=max(item.cosine or 0.0 for item in weighing.sentences),
        sentence_coverage=_share(best.shared_terms, weighing.asked_terms),
    )


def _best_section_coverage(weighing: Weighing) -> float:
    covered: dict[int, frozenset[str]] = {}
    for item in weighing.sentences:
        number = item.sentence.section
        covered[number] = covered.get(number, frozenset()) | item.shared_terms
    return max(_share(terms, weighing.asked_terms) for terms in covered.values())


def _share(terms: frozenset[str], asked: frozenset[str]) -> float:
    return len(terms) / len(asked) if asked else 0.0
