"""``POST /feedback`` and what administrators see of it."""

import unicodedata
from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field

from app.api.schemas.common import Request
from app.feedback.records import FeedbackPage, FeedbackRecord, Opinion, Rating


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())


class FeedbackRequest(Request):
    """What you think of an answer."""

    session_id: str = Field(max_length=100)
    turn: int | None = Field(
        default=None, ge=1, le=2**31 - 1, description="Without it the last answered one."
    )
    rating: Rating
    comment: str = Field(default="", max_length=2_000)
    expected_source: Annotated[str, Field(max_length=1_000), AfterValidator(_composed)] = Field(
        default="", description="Where the source of the document begins that holds the answer."
    )

    def to_opinion(self) -> Opinion:
        """Return what is thought."""
        return Opinion(self.session_id, self.rating, self.turn, self.comment, self.expected_source)


class GivenResponse(BaseModel):
    """What was taken down."""

    session_id: str
    turn: int
    rating: Rating


class FeedbackQuery(Request):
    """Which opinions to list."""

    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=10**9)


class FeedbackResponse(BaseModel):
    """An opinion, and the question as it was searched for."""

    given_at: datetime
    key_id: str | None
    rating: Rating
    comment: str
    expected_source: str
    question: str
    abstained: bool
    cited_source: str = Field(description="Of the answer's first citation.")

    @classmethod
    def of(cls, record: FeedbackRecord) -> Self:
        """Return what is shown of an opinion."""
        return cls(
            given_at=record.given_at,
            key_id=record.key_id,
            rating=record.rating,
            comment=record.comment,
            expected_source=record.expected_source,
            question=record.question,
            abstained=record.abstained,
            cited_source=record.cited_source,
        )


class FeedbackListResponse(BaseModel):
    """One page of a listing, newest first, and the length of the whole listing."""

    feedback: list[FeedbackResponse]
    total: int

    @classmethod
    def of(cls, page: FeedbackPage) -> Self:
        """Return what is shown of a page."""
        return cls(
            feedback=[FeedbackResponse.of(record) for record in page.records], total=page.total
        )
