"""Answers and documents that the injection's tests compare."""

from datetime import UTC, datetime

from app.pipeline.cite import Citation
from app.pipeline.events import Answer
from index.models import DocumentRecord


def document(source: str = "leave.md") -> DocumentRecord:
    """Return a document's record."""
    return DocumentRecord(
        document_id=f"id of {source}",
        source=source,
        title="",
        media_type="text/markdown",
        content_hash="",
        length=100,
        page_starts=(),
        tags=frozenset(),
        groups=frozenset(),
        metadata={},
        size_bytes=100,
        modified_at=None,
        ingested_at=datetime(2026, 1, 2, tzinfo=UTC),
        parents=1,
        children=1,
    )


def citation(quote: str, number: int = 1, start: int = 0) -> Citation:
    """Return the citation of a quote that begins at ``start``."""
    end = start + len(quote)
    return Citation(number, document(), None, (), start, end, quote, score=1.0, support=1.0)


def answered(
    text: str,
    *citations: Citation,
    abstained: bool = False,
    rewritten_question: str | None = None,
) -> Answer:
    """Return an answer of the extractive back end."""
    return Answer(
        text=text,
        citations=citations,
        abstained=abstained,
        confidence=0.9,
        evidence=None,
        backend="extractive",
        timings_ms={},
        rewritten_question=rewritten_question,
    )
