"""``GET /sessions`` and what lies below it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self
from unicodedata import category

from pydantic import AfterValidator, BaseModel, Field

from app.api.schemas.ask import UsageResponse
from app.api.schemas.common import NOT_EMPTY, Request
from app.memory.records import (
    SessionPage,
    SessionRecord,
    Transcript,
    TurnRecord,
    TurnResult,
    TurnStatus,
)

MOST_TITLE_CHARACTERS = 200


def _one_line(title: str) -> str:
    """Return the title with single spaces; refuse one that holds nothing to read."""
    line = " ".join(title.split())
    if not any(char.isprintable() and char != " " for char in line):
        raise ValueError("a title needs a character that can be seen")
    if any(category(char) == "Cc" for char in line):
        raise ValueError("a title holds no control character")
    return line


Title = Annotated[
    str,
    Field(max_length=MOST_TITLE_CHARACTERS, json_schema_extra=NOT_EMPTY),
    AfterValidator(_one_line),
]


class SessionsQuery(Request):
    """Which sessions to list."""

    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=10**9)


class NewSessionRequest(Request):
    """A session to begin; without a title its first question becomes one."""

    title: Title | None = None


class RenameRequest(Request):
    """Another title for a session."""

    title: Title


class SessionResponse(BaseModel):
    """A session without its turns; it has no title before its first question."""

    session_id: str
    title: str | None
    created_at: datetime
    used_at: datetime
    turns: int

    @classmethod
    def of(cls, record: SessionRecord) -> Self:
        """Return what is shown of a session."""
        return cls(
            session_id=record.session_id,
            title=record.title,
            created_at=record.created_at,
            used_at=record.used_at,
            turns=record.turns,
        )


class SessionsResponse(BaseModel):
    """One page of a listing, the last used session first, and the length of the whole listing."""

    sessions: list[SessionResponse]
    total: int

    @classmethod
    def of(cls, page: SessionPage) -> Self:
        """Return what is shown of a page."""
        return cls(sessions=[SessionResponse.of(each) for each in page.sessions], total=page.total)


class ResultResponse(BaseModel):
    """How a turn was answered; the citations are as they were when it was."""

    answer: str
    rewritten_question: str | None
    abstained: bool
    backend: str
    citations: list[Mapping[str, object]]
    usage: UsageResponse

    @classmethod
    def of(cls, result: TurnResult) -> Self:
        """Return what is shown of an answer."""
        return cls(
            answer=result.answer,
            rewritten_question=result.rewritten_question,
            abstained=result.abstained,
            backend=result.backend,
            citations=list(result.citations),
            usage=UsageResponse.of(result.usage),
        )


class TurnResponse(BaseModel):
    """A question and, once ``status`` is ``done``, how it was answered, unless that is withheld."""

    number: int
    status: TurnStatus
    question: str
    asked_at: datetime
    ended_at: datetime | None
    result: ResultResponse | None
    withheld: bool = Field(
        default=False, description="It was made from a document that this key may not read."
    )

    @classmethod
    def of(cls, record: TurnRecord) -> Self:
        """Return what is shown of a turn."""
        return cls(
            number=record.number,
            status=record.status,
            question=record.question,
            asked_at=record.asked_at,
            ended_at=record.ended_at,
            result=ResultResponse.of(record.result) if record.result else None,
            withheld=record.withheld,
        )


class TranscriptResponse(BaseModel):
    """A session with its turns, oldest first."""

    session: SessionResponse
    turns: list[TurnResponse]

    @classmethod
    def of(cls, transcript: Transcript) -> Self:
        """Return what is shown of a session with its turns."""
        return cls(
            session=SessionResponse.of(transcript.session),
            turns=[TurnResponse.of(turn) for turn in transcript.turns],
        )


class DeletedResponse(BaseModel):
    """How many sessions there were."""

    deleted: int
