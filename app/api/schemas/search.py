"""``POST /search``."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, Field

from app.api.schemas.common import NOT_EMPTY, Request, RequestFilters, TopK, heading_path
from app.pipeline.answer import Findings
from app.pipeline.fold import other_sources
from app.pipeline.retrieve import FoundPassage


class SearchRequest(Request):
    """A question, or a few words, to find passages for."""

    query: str = Field(json_schema_extra=NOT_EMPTY)
    filters: RequestFilters = RequestFilters()
    top_k: TopK = 10


class Scores(BaseModel):
    """How a passage was found; a leg that did not find it gives null."""

    fused: float
    lexical: float | None = Field(description="BM25.")
    dense: float | None = Field(description="Cosine.")
    reranker: float | None


class HitResponse(BaseModel):
    """A found passage: ``text`` is the document's ``[start:end]``."""

    document_id: str
    title: str
    source: str
    page: int | None
    heading: str | None
    start: int
    end: int
    text: str
    scores: Scores
    also_in: list[str] = Field(
        default=[], description="Sources of other documents where a section says the same."
    )

    @classmethod
    def of(cls, found: FoundPassage) -> Self:
        """Return what is shown of a found passage."""
        passage, hit = found.passage, found.hit
        return cls(
            document_id=passage.document.document_id,
            title=passage.document.title,
            source=passage.document.source,
            page=passage.document.page_at(passage.start),
            heading=heading_path(passage.heading),
            start=passage.start,
            end=passage.end,
            text=passage.text,
            scores=Scores(
                fused=hit.score, lexical=hit.lexical, dense=hit.dense, reranker=hit.reranker
            ),
            also_in=list(other_sources(passage, found.twins)),
        )


class SearchResponse(BaseModel):
    """The best passages, best first."""

    hits: list[HitResponse]
    timings_ms: Mapping[str, float]

    @classmethod
    def of(cls, findings: Findings) -> Self:
        """Return what is shown of a search."""
        return cls(
            hits=[HitResponse.of(found) for found in findings.passages],
            timings_ms=findings.timings_ms,
        )
