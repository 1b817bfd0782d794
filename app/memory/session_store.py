"""The rows of sessions: made, listed, read, renamed, deleted, forgotten."""

from secrets import token_urlsafe

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import SessionNotFoundError
from app.memory.database import Database
from app.memory.records import SessionPage, SessionRecord, Transcript
from app.memory.rows import select_sessions, select_turns, session_record, turn_record
from app.memory.tables import Now, expired, sessions, turns, visible

NOT_FOUND = "There is no session with this id; leave session_id out to begin a new one."
_ID_BYTES = 24


class SessionStore:
    """Sees the sessions of one owner at a time, and none that has expired."""

    def __init__(self, database: Database, ttl_seconds: float) -> None:
        self._database = database
        self._ttl_seconds = ttl_seconds

    async def create(self, owner: str | None, title: str | None) -> SessionRecord:
        """Return a new session without turns."""
        async with self._database.writing() as connection:
            session_id = await insert_session(connection, owner, title)
            found = await connection.execute(
                select_sessions().where(sessions.c.session_id == session_id)
            )
            return session_record(found.one())

    async def page(self, owner: str | None, limit: int, offset: int) -> SessionPage:
        """Return sessions, the last used one first."""
        theirs = visible(owner, self._ttl_seconds)
        newest_first = (sessions.c.used_at.desc(), sessions.c.session_id)
        async with self._database.reading() as connection:
            total = await connection.scalar(
                select(func.count()).select_from(sessions).where(theirs)
            )
            rows = await connection.execute(
                select_sessions().where(theirs).order_by(*newest_first).limit(limit).offset(offset)
            )
            return SessionPage([session_record(row) for row in rows], total or 0)

    async def transcript(self, session_id: str, owner: str | None) -> Transcript:
        """Return a session with its turns; raise SessionNotFoundError."""
        async with self._database.reading() as connection:
            found = await connection.execute(select_sessions().where(self._one(session_id, owner)))
            session = found.one_or_none()
            if session is None:
                raise SessionNotFoundError(NOT_FOUND)
            rows = await connection.execute(select_turns(session_id))
            return Transcript(session_record(session), [turn_record(row) for row in rows])

    async def rename(self, session_id: str, title: str, owner: str | None) -> None:
        """Give a session another title; raise SessionNotFoundError."""
        change = update(sessions).where(self._one(session_id, owner)).values(title=title)
        async with self._database.writing() as connection:
            _expect_one((await connection.execute(change)).rowcount)

    async def delete(self, session_id: str, owner: str | None) -> None:
        """Delete a session with its turns; raise SessionNotFoundError."""
        removal = delete(sessions).where(self._one(session_id, owner))
        async with self._database.writing() as connection:
            _expect_one((await connection.execute(removal)).rowcount)

    async def delete_all(self, owner: str | None) -> int:
        """Delete the owner's sessions and return how many there were."""
        theirs = sessions.c.owner.is_not_distinct_from(owner)
        async with self._database.writing() as connection:
            return (await connection.execute(delete(sessions).where(theirs))).rowcount

    async def clear(self, session_id: str, owner: str | None) -> None:
        """Delete the turns of a session and keep it; raise SessionNotFoundError."""
        change = (
            update(sessions)
            .where(self._one(session_id, owner))
            .values(summary=None, summary_until=sessions.c.turns_begun)
        )
        async with self._database.writing() as connection:
            _expect_one((await connection.execute(change)).rowcount)
            await connection.execute(delete(turns).where(turns.c.session_id == session_id))

    async def prune(self) -> int:
        """Delete the expired sessions of all owners and return how many there were."""
        if not self._ttl_seconds:
            return 0
        removal = delete(sessions).where(expired(self._ttl_seconds))
        async with self._database.writing() as connection:
            return (await connection.execute(removal)).rowcount

    def _one(self, session_id: str, owner: str | None) -> ColumnElement[bool]:
        return (sessions.c.session_id == session_id) & visible(owner, self._ttl_seconds)


async def insert_session(connection: AsyncConnection, owner: str | None, title: str | None) -> str:
    """Return the id, which nobody can guess, of a session that was added."""
    session_id = token_urlsafe(_ID_BYTES)
    await connection.execute(
        insert(sessions).values(
            session_id=session_id,
            owner=owner,
            title=title,
            turns_begun=0,
            summary_until=0,
            created_at=Now(),
            used_at=Now(),
        )
    )
    return session_id


def _expect_one(count: int) -> None:
    if count != 1:
        raise SessionNotFoundError(NOT_FOUND)
