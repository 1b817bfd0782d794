"""``POST /ask``."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, Field

from app.api.schemas.common import Request, RequestFilters, TopK, heading_path
from app.pipeline.answer import Answer
from app.pipeline.cite import Citation


class AskRequest(Request):
    """A question to answer."""

    question: str = Field(description="In Korean or English; the answer comes in its language.")
    session_id: str | None = Field(default=None, max_length=100)
    filters: RequestFilters = RequestFilters()
    top_k: TopK = 5


class CitationResponse(BaseModel):
    """``quote`` is exactly ``GET /documents/{document_id}/text?start=&end=``."""

    number: int
    document_id: str
    title: str
    source: str
    page: int | None
    heading: str | None = Field(description="Headings above the quote, outermost first: A > B.")
    start: int = Field(description="Offset in characters of the document's text.")
    end: int
    quote: str
    score: float = Field(description="Retrieval score of the section.")
    support: float = Field(
        description="How far the quote carries its statement: 1 word for word, 0 not at all."
    )

    @classmethod
    def of(cls, citation: Citation) -> Self:
        """Return what is shown of a citation."""
        return cls(
            number=citation.number,
            document_id=citation.document.document_id,
            title=citation.document.title,
            source=citation.document.source,
            page=citation.page,
            heading=heading_path(citation.heading),
            start=citation.start,
            end=citation.end,
            quote=citation.quote,
            score=round(citation.score, 4),
            support=round(citation.support, 4),
        )


class Usage(BaseModel):
    """Tokens that a language model read and wrote; 0 without one."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


class AskResponse(BaseModel):
    """An answer; when ``abstained``, the citations are only the nearest passages."""

    answer: str
    citations: list[CitationResponse]
    abstained: bool
    confidence: float = Field(description="Probability that the documents hold the answer.")
    session_id: str | None
    rewritten_question: str | None
    backend: str
    timings_ms: Mapping[str, float]
    usage: Usage

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Return what is shown of an answer."""
        return cls(
            answer=answer.text,
            citations=[CitationResponse.of(citation) for citation in answer.citations],
            abstained=answer.abstained,
            confidence=round(answer.confidence, 4),
            session_id=None,
            rewritten_question=None,
            backend=answer.backend,
            timings_ms=answer.timings_ms,
            usage=Usage(),
        )
