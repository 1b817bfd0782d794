"""What is known of sessions and turns; times are in UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.llm.base import Usage

FIRST_TURN = 1
"""Before it nothing was asked, so that nobody has to look."""


class TurnStatus(StrEnum):
    """How far a turn has come."""

    ANSWERING = "answering"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class TurnKey:
    """Which turn: numbers rise within a session, and a refused or dropped one leaves a gap."""

    session_id: str
    number: int


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What a turn ends with; each citation is a dictionary that JSON can hold.

    ``document_ids`` are those of all documents that the answer was made from, cited or not.
    """

    answer: str
    rewritten_question: str | None = None
    abstained: bool = False
    backend: str = ""
    citations: Sequence[Mapping[str, object]] = ()
    usage: Usage = field(default_factory=Usage)
    document_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A stored turn; ``result`` and ``ended_at`` are there when it has come so far.

    A result is ``withheld`` from those who may not read what it was made from.
    """

    number: int
    status: TurnStatus
    question: str
    asked_at: datetime
    ended_at: datetime | None
    result: TurnResult | None
    withheld: bool = False

    @property
    def document_ids(self) -> Sequence[str]:
        """Return the ids of the documents that the answer was made from, if there is one."""
        return self.result.document_ids if self.result else ()


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session without its turns; it has no title before its first question."""

    session_id: str
    title: str | None
    created_at: datetime
    used_at: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class SessionPage:
    """One page of a listing, the last used session first, and the length of the whole listing."""

    sessions: Sequence[SessionRecord]
    total: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """A session with its turns, oldest first."""

    session: SessionRecord
    turns: Sequence[TurnRecord]
