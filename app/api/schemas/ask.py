"""``POST /ask``: an answer at once, or as events."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from app.access.caller import Caller
from app.answerers.base import Span
from app.api.schemas.citations import CitationResponse, SourceResponse
from app.api.schemas.common import NOT_EMPTY, Request, RequestFilters, TopK
from app.llm.base import Sampling, Usage
from app.pipeline.answer import Inquiry
from app.pipeline.events import Answer, Meta

StopText = Annotated[str, Field(min_length=1, max_length=50)]


class SamplingRequest(Request):
    """How a language model chooses its words; an unset field is as configured."""

    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int | None = Field(default=None, ge=1, description="At most what is configured.")
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)
    stop: Annotated[list[StopText], Field(max_length=4)] | None = None

    def to_sampling(self, usual: Sampling) -> Sampling:
        """Return the sampling with what is configured where nothing is given."""
        given = self
        return Sampling(
            temperature=usual.temperature if given.temperature is None else given.temperature,
            top_p=given.top_p or usual.top_p,
            max_tokens=min(given.max_tokens or usual.max_tokens, usual.max_tokens),
            seed=usual.seed if given.seed is None else given.seed,
            stop=usual.stop if given.stop is None else tuple(given.stop),
        )


class AskRequest(Request):
    """A question to answer."""

    question: str = Field(
        description="In Korean or English; the answer comes in its language.",
        json_schema_extra=NOT_EMPTY,
    )
    session_id: str | None = Field(
        default=None, max_length=100, description="Of an earlier answer; without it a new session."
    )
    filters: RequestFilters = RequestFilters()
    top_k: TopK = 5
    stream: bool = Field(default=False, description="Answer as server-sent events.")
    hyde: Literal["off", "on", "auto"] | None = Field(
        default=None, description="Search near an imagined passage too; needs a language model."
    )
    multi_query: Literal["off", "on"] | None = Field(
        default=None, description="Search in other words too; needs a language model."
    )
    sampling: SamplingRequest = SamplingRequest()

    def to_inquiry(self, caller: Caller, usual: Sampling) -> Inquiry:
        """Return what the pipeline is asked, about documents that the caller may see."""
        return Inquiry(
            self.question,
            caller.narrowed(self.filters.to_filters()),
            self.top_k,
            hyde=self.hyde,
            multi_query=self.multi_query,
            sampling=self.sampling.to_sampling(usual),
        )


class UsageResponse(BaseModel):
    """Tokens that a language model read and wrote; 0 without one."""

    prompt_tokens: int
    completion_tokens: int

    @classmethod
    def of(cls, usage: Usage) -> Self:
        """Return what is shown of a usage."""
        return cls(prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens)


class SpanResponse(BaseModel):
    """The few words that answer, as they stand in the document of a citation."""

    text: str
    citation: int = Field(description="Number of the citation whose quote holds the words.")
    start: int = Field(description="Offset in characters of that citation's document.")
    end: int

    @classmethod
    def of(cls, span: Span) -> Self:
        """Return what is shown of a span."""
        return cls(text=span.text, citation=span.number, start=span.start, end=span.end)


class DebugResponse(BaseModel):
    """What happened on the way."""

    hyde_passages: list[str] = Field(description="What HyDE searched near.")
    queries: list[str] = Field(description="Other wordings that were searched for.")


class AskResponse(BaseModel):
    """An answer; when ``abstained``, the citations are only the nearest passages."""

    answer: str
    answer_span: SpanResponse | None = Field(
        description="The few words that answer, when the question asks for such."
    )
    citations: list[CitationResponse]
    abstained: bool
    confidence: float = Field(description="Probability that the documents hold the answer.")
    session_id: str | None
    rewritten_question: str | None = Field(description="What was searched for, if it differs.")
    backend: str
    fallback_reason: str | None = Field(description="Why another back end had to answer.")
    unsupported: list[str] = Field(description="Sentences that no source carries.")
    removed_numbers: list[str] = Field(description="Numbers that no source holds, left out.")
    timings_ms: Mapping[str, float]
    usage: UsageResponse
    debug: DebugResponse

    @classmethod
    def of(cls, answer: Answer, session_id: str | None = None) -> Self:
        """Return what is shown of an answer."""
        return cls(
            answer=answer.text,
            answer_span=SpanResponse.of(answer.span) if answer.span else None,
            citations=[CitationResponse.of(citation) for citation in answer.citations],
            abstained=answer.abstained,
            confidence=round(answer.confidence, 4),
            session_id=session_id,
            rewritten_question=answer.rewritten_question,
            backend=answer.backend,
            fallback_reason=answer.fallback_reason,
            unsupported=list(answer.unsupported),
            removed_numbers=list(answer.lost_numbers),
            timings_ms=answer.timings_ms,
            usage=UsageResponse.of(answer.usage),
            debug=DebugResponse(hyde_passages=list(answer.imagined), queries=list(answer.queries)),
        )


class MetaEvent(BaseModel):
    """The first event of a stream: what is known before the first word."""

    session_id: str
    rewritten_question: str | None
    sources: list[SourceResponse]

    @classmethod
    def of(cls, meta: Meta, session_id: str) -> Self:
        """Return what is shown of what was found."""
        sources = [SourceResponse.of(section) for section in meta.sections]
        return cls(
            session_id=session_id, rewritten_question=meta.rewritten_question, sources=sources
        )


class DeltaEvent(BaseModel):
    """The next words of the answer; the last event holds all of them, checked."""

    text: str
