"""Rows → records."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, case, func, select

from app.llm.base import Usage
from app.memory.records import SessionRecord, TurnRecord, TurnResult, TurnStatus
from app.memory.tables import Now, sessions, turns

_SHOWN_STATUS = case(
    (
        (turns.c.status == TurnStatus.ANSWERING) & (turns.c.lease_until <= Now()),
        TurnStatus.INTERRUPTED.value,
    ),
    else_=turns.c.status,
)
"""A turn whose process was killed stays ``answering`` in the table, but nobody keeps it alive."""


def select_sessions() -> Select[Any]:
    """Return the statement for all sessions with the number of their turns."""
    columns = sessions.c
    count = select(func.count()).where(turns.c.session_id == columns.session_id).scalar_subquery()
    return select(
        columns.session_id,
        columns.title,
        columns.created_at,
        columns.used_at,
        count.label("turns"),
    )


def select_turns(session_id: str) -> Select[Any]:
    """Return the statement for the turns of a session, oldest first."""
    return (
        select(turns, _SHOWN_STATUS.label("shown_status"))
        .where(turns.c.session_id == session_id)
        .order_by(turns.c.number)
    )


def session_record(row: Row[Any]) -> SessionRecord:
    """Return the record of a row of ``select_sessions``."""
    return SessionRecord(
        row.session_id, row.title, _utc(row.created_at), _utc(row.used_at), row.turns
    )


def turn_record(row: Row[Any]) -> TurnRecord:
    """Return the record of a row of ``select_turns``."""
    status = TurnStatus(row.shown_status)
    return TurnRecord(
        number=row.number,
        status=status,
        question=row.question,
        asked_at=_utc(row.asked_at),
        ended_at=None if row.ended_at is None else _utc(row.ended_at),
        result=_result(row) if status == TurnStatus.DONE else None,
    )


def _result(row: Row[Any]) -> TurnResult:
    return TurnResult(
        answer=row.answer,
        rewritten_question=row.rewritten_question,
        abstained=row.abstained,
        backend=row.backend,
        citations=tuple(row.citations),
        usage=Usage(row.prompt_tokens, row.completion_tokens),
        document_ids=document_ids_of(row),
    )


def document_ids_of(row: Any) -> tuple[str, ...]:  # noqa: ANN401
    """Return the documents of an answer; of older ones only the cited documents are known."""
    if row.document_ids is not None:
        return tuple(row.document_ids)
    cited = [str(citation["document_id"]) for citation in row.citations or ()]
    return tuple(dict.fromkeys(cited))


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
