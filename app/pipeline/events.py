"""What a caller is told while an answer is made, in this order: Meta, words, citations, Done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.answerers.base import Delta, Span
from app.llm.base import Usage
from app.pipeline.cite import Citation
from app.pipeline.enough import Evidence
from app.pipeline.widen import Section


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known before the first word: the question searched for, and what was found."""

    rewritten_question: str | None
    sections: Sequence[Section]


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation whose mark stands in the words so far, or will soon."""

    citation: Citation


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose every statement carries the number of its citation.

    An abstention says so in ``text``, and its citations are merely the nearest passages. The
    confidence rests on the evidence; ``span`` are the few words that answer, where they could be
    told. What a language model got wrong is in ``unsupported``
    (sentences that no source carries) and ``lost_numbers`` (left out of the text);
    ``imagined`` are the passages that HyDE searched with, ``queries`` the variants of the question.
    """

    text: str
    citations: Sequence[Citation]
    abstained: bool
    confidence: float
    evidence: Evidence | None
    backend: str
    timings_ms: Mapping[str, float]
    rewritten_question: str | None = None
    usage: Usage = field(default_factory=Usage)
    unsupported: tuple[str, ...] = ()
    lost_numbers: tuple[str, ...] = ()
    fallback_reason: str | None = None
    imagined: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer, as it stands after all checks: it replaces the words sent before."""

    answer: Answer


Event = Meta | Delta | Cited | Done
