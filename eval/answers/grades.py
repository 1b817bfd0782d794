"""What one answer is worth."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from app.pipeline.events import Answer
from app.pipeline.question import Language, language_of
from eval.answers.scoring import contains_answer, exact_match, f1
from eval.asking import Reply
from eval.datasets import Query

_MARK = re.compile(r"\s*\[\d+\]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a language model thinks of an answer: 1 right, 0 wrong, None when it cannot be read.

    ``reason`` is the model's, or all that it wrote where no grade can be read.
    """

    grade: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Grade:
    """One question with its reply; em and F1 are 0 for a question that was refused.

    An impossible question has 1 when it was refused, else 0, as SQuAD 2.0 has it. ``found`` says
    whether a document that answers the question was among those shown to the answerer; None where
    no such document is known.
    """

    query: Query
    reply: Reply
    language: Language
    em: float
    f1: float
    contains_gold: float
    found: bool | None
    verdict: Verdict | None = None

    @property
    def abstained(self) -> bool:
        """Return whether the service gave no answer."""
        return self.reply.answer.abstained

    def measures(self) -> dict[str, float]:
        """Return the values of this question that can be compared between two runs."""
        if self.query.impossible:
            return {"impossible_em": self.em, "impossible_f1": self.f1}
        values = {"em": self.em, "f1": self.f1, "sentence_contains_gold": self.contains_gold}
        if self.found is not None:
            values["found"] = float(self.found)
        if self.verdict is not None and self.verdict.grade is not None:
            values["judged"] = float(self.verdict.grade)
        return values

    def details(self) -> dict[str, object]:
        """Return what a person wants to know of this question."""
        answer = self.reply.answer
        judged = {} if self.verdict is None else {"judge": self.verdict.reason}
        return {
            "prediction": None if self.abstained else prediction_of(answer),
            "has_span": answer.span is not None,
            "abstained": self.abstained,
            "confidence": round(answer.confidence, 4),
            "language": str(self.language),
            **judged,
        }


def grade(query: Query, reply: Reply, relevant: Set[str]) -> Grade:
    """Return the grade of a reply; ``relevant`` are the documents that answer the question."""
    answer = reply.answer
    language = language_of(query.text)
    found = not relevant.isdisjoint(reply.shown) if relevant else None
    if query.impossible or answer.abstained:
        right = float(query.impossible and answer.abstained)
        return Grade(query, reply, language, right, right, 0.0, found)
    said = prediction_of(answer)
    return Grade(
        query=query,
        reply=reply,
        language=language,
        em=exact_match(said, query.answers, language),
        f1=f1(said, query.answers, language),
        contains_gold=float(contains_answer(without_marks(answer), query.answers, language)),
        found=found,
    )


def prediction_of(answer: Answer) -> str:
    """Return the words that answer; where they could not be told, the whole answer."""
    return answer.span.text if answer.span is not None else without_marks(answer)


def without_marks(answer: Answer) -> str:
    """Return the text of an answer without the numbers of its citations."""
    return _MARK.sub("", answer.text)


def relevant_to(relevance: Mapping[str, Mapping[str, int]], query: Query) -> Set[str]:
    """Return the ids of the documents that answer a query; none where it is not known."""
    return relevance.get(query.id, {}).keys()
