"""The rows of feedback, beside the conversations; they are gone with their sessions."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Row, func, insert, select, update

from app.feedback.records import FeedbackPage, FeedbackRecord, Opinion, Rating
from app.memory.database import Database
from app.memory.tables import Now, feedback
from app.memory.texts import storable


@dataclass(frozen=True, slots=True)
class Answered:
    """What an opinion is about: a turn that was answered, and whose it is."""

    turn: int
    owner: str | None
    question: str
    abstained: bool
    cited_source: str


class FeedbackStore:
    """Keeps one opinion a turn: a later one takes its place."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, opinion: Opinion, answered: Answered) -> None:
        """Store an opinion; raise MemoryUnavailableError, also when the session is just gone."""
        key = {"session_id": opinion.session_id, "turn": answered.turn}
        values = {
            "owner": answered.owner,
            "rating": str(opinion.rating),
            "comment": storable(opinion.comment),
            "expected_source": storable(opinion.expected_source),
            "question": answered.question,
            "abstained": answered.abstained,
            "cited_source": answered.cited_source,
            "given_at": Now(),
        }
        await self._database.open()
        async with self._database.writing() as connection:
            changed = await connection.execute(update(feedback).filter_by(**key).values(values))
            if changed.rowcount == 0:
                await connection.execute(insert(feedback).values({**key, **values}))

    async def page(self, limit: int, offset: int = 0) -> FeedbackPage:
        """Return what was given, the newest first."""
        columns = feedback.c
        newest_first = (columns.given_at.desc(), columns.session_id, columns.turn)
        await self._database.open()
        async with self._database.reading() as connection:
            total = await connection.scalar(select(func.count()).select_from(feedback))
            rows = await connection.execute(
                select(feedback).order_by(*newest_first).limit(limit).offset(offset)
            )
            return FeedbackPage(tuple(_record(row) for row in rows), total or 0)


def _record(row: Row[tuple[object, ...]]) -> FeedbackRecord:
    return FeedbackRecord(
        given_at=datetime.fromtimestamp(row.given_at, UTC),
        key_id=row.owner,
        rating=Rating(row.rating),
        comment=row.comment,
        expected_source=row.expected_source,
        question=row.question,
        abstained=row.abstained,
        cited_source=row.cited_source,
    )
