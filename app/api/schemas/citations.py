"""Where answers come from."""

from typing import Self

from pydantic import BaseModel, Field

from app.api.schemas.common import heading_path
from app.pipeline.cite import Citation
from app.pipeline.widen import Section


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
    also_in: list[str] = Field(
        default=[], description="Sources of other documents that hold the quote too."
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
            also_in=list(citation.also_in),
        )


class SourceResponse(BaseModel):
    """A section that was found, before it is known whether it answers anything."""

    document_id: str
    title: str
    source: str
    page: int | None
    heading: str | None
    start: int
    end: int
    score: float

    @classmethod
    def of(cls, section: Section) -> Self:
        """Return what is shown of a section."""
        passage = section.passage
        return cls(
            document_id=passage.document.document_id,
            title=passage.document.title,
            source=passage.document.source,
            page=passage.document.page_at(passage.parent_start),
            heading=heading_path(passage.heading),
            start=passage.parent_start,
            end=passage.parent_end,
            score=round(section.score, 4),
        )
