"""The rows of turns: begun, kept alive, put in order, ended."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import SessionNotFoundError
from app.memory.database import Database
from app.memory.errors import MemoryUnavailableError
from app.memory.records import TurnKey, TurnResult, TurnStatus
from app.memory.session_store import NOT_FOUND, insert_session
from app.memory.tables import Now, sessions, turns, visible
from app.memory.texts import storable, title_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, whose it is, and the session that it continues."""

    session_id: str | None
    question: str
    owner: str | None


@dataclass(frozen=True, slots=True)
class TurnLimits:
    """The numbers of the turns; the settings of the same names explain the first two."""

    ttl_seconds: float
    most_turns: int
    lease_seconds: float


class TurnStore:
    """Changes a turn only while it is being answered: what has ended stays as it ended."""

    def __init__(self, database: Database, limits: TurnLimits) -> None:
        self._database = database
        self._limits = limits

    async def begin(self, asked: Asked) -> TurnKey:
        """Return the next turn, in a new session if none is named; raise SessionNotFoundError.

        Numbers are given in the order of the commits: whoever has one sees all lower ones.
        """
        async with self._database.writing() as connection:
            session_id = asked.session_id
            if session_id is None:
                session_id = await insert_session(connection, asked.owner, None)
            key = await self._next(connection, session_id, asked)
            await connection.execute(
                insert(turns).values(
                    session_id=key.session_id,
                    number=key.number,
                    status=TurnStatus.ANSWERING,
                    lease_until=Now() + self._limits.lease_seconds,
                    question=asked.question,
                    asked_at=Now(),
                )
            )
            if key.number > self._limits.most_turns:
                await self._drop_old(connection, session_id)
        return key

    async def renew(self, key: TurnKey) -> None:
        """Tell that a turn is still being answered."""
        lease_until = Now() + self._limits.lease_seconds
        async with self._database.writing() as connection:
            await connection.execute(
                update(turns).where(_answering(key)).values(lease_until=lease_until)
            )

    async def turn_before(self, key: TurnKey) -> int | None:
        """Return the number of the last earlier turn that is being answered, if one is.

        Earlier turns that nobody keeps alive become ``interrupted``; from then on they can
        neither be kept alive nor be finished.
        """
        earlier = (turns.c.session_id == key.session_id) & (turns.c.number < key.number)
        answering = earlier & (turns.c.status == TurnStatus.ANSWERING)
        lapsed = turns.c.lease_until <= Now()
        async with self._database.reading() as connection:
            found = select(func.max(turns.c.number), func.max(lapsed.cast(Integer)))
            row = (await connection.execute(found.where(answering))).one()
        number: int | None = row[0]
        if row[1]:
            async with self._database.writing() as connection:
                change = update(turns).where(answering & lapsed)
                await connection.execute(change.values(status=TurnStatus.INTERRUPTED))
        return number

    async def finish(self, key: TurnKey, result: TurnResult) -> None:
        """Store how a turn ended; raise an error when it is no longer being answered."""
        change = update(turns).where(_answering(key)).values(_columns(result))
        async with self._database.writing() as connection:
            if (await connection.execute(change)).rowcount == 0:
                await _explain_loss(connection, key)
            used = update(sessions).where(sessions.c.session_id == key.session_id)
            await connection.execute(used.values(used_at=Now()))

    async def end(self, key: TurnKey, status: TurnStatus) -> None:
        """End a turn without an answer, unless it has ended already."""
        async with self._database.writing() as connection:
            await connection.execute(
                update(turns).where(_answering(key)).values(status=status, ended_at=Now())
            )

    async def _next(self, connection: AsyncConnection, session_id: str, asked: Asked) -> TurnKey:
        change = (
            update(sessions)
            .where(sessions.c.session_id == session_id)
            .where(visible(asked.owner, self._limits.ttl_seconds))
            .values(
                turns_begun=sessions.c.turns_begun + 1,
                title=func.coalesce(sessions.c.title, title_of(asked.question)),
                used_at=Now(),
            )
            .returning(sessions.c.turns_begun)
        )
        number = await connection.scalar(change)
        if number is None:
            raise SessionNotFoundError(NOT_FOUND)
        return TurnKey(session_id, number)

    async def _drop_old(self, connection: AsyncConnection, session_id: str) -> None:
        """Drop all but the newest turns; one that is being answered ends first."""
        theirs = turns.c.session_id == session_id
        oldest_kept = (
            select(turns.c.number)
            .where(theirs)
            .order_by(turns.c.number.desc())
            .limit(1)
            .offset(self._limits.most_turns - 1)
            .scalar_subquery()
        )
        ended = turns.c.status != TurnStatus.ANSWERING
        await connection.execute(
            delete(turns).where(theirs & ended & (turns.c.number < oldest_kept))
        )


def _answering(key: TurnKey) -> ColumnElement[bool]:
    return (
        (turns.c.session_id == key.session_id)
        & (turns.c.number == key.number)
        & (turns.c.status == TurnStatus.ANSWERING)
    )


def _columns(result: TurnResult) -> dict[str, object]:
    rewritten = result.rewritten_question
    return {
        "status": TurnStatus.DONE,
        "ended_at": Now(),
        "answer": storable(result.answer),
        "rewritten_question": None if rewritten is None else storable(rewritten),
        "abstained": result.abstained,
        "backend": result.backend,
        "citations": [dict(citation) for citation in result.citations],
        "document_ids": list(result.document_ids),
        "prompt_tokens": result.usage.prompt_tokens,
        "completion_tokens": result.usage.completion_tokens,
    }


async def _explain_loss(connection: AsyncConnection, key: TurnKey) -> None:
    """Raise the error that says why an answer could not be stored."""
    there = select(turns.c.status).where(
        turns.c.session_id == key.session_id, turns.c.number == key.number
    )
    if await connection.scalar(there) is None:
        raise SessionNotFoundError("The session was deleted while the question was answered.")
    raise MemoryUnavailableError(
        "The turn gave no sign of life for so long that it counts as interrupted; ask again."
    )
