"""Replies of the service that never were asked for."""

from app.answerers.base import Span
from app.pipeline.events import Answer
from eval.asking import Reply
from eval.provenance import IndexFacts

INDEX = IndexFacts(3, "hashing", "whitespace", 4, 4, 5)


def replied(
    text: str = "Visitors park behind the building. [1]",
    *,
    confidence: float = 0.9,
    abstained: bool = False,
    span: str | None = None,
    shown: frozenset[str] = frozenset({"parking"}),
) -> Reply:
    """Return a reply with this text."""
    answer = Answer(
        text=text,
        citations=(),
        abstained=abstained,
        confidence=confidence,
        evidence=None,
        backend="extractive",
        timings_ms={"embed": 2.0, "total": 10.0},
        span=None if span is None else Span(1, 0, len(span), span),
    )
    return Reply(answer, shown)
