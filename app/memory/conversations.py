"""Sessions and their turns: what the pipeline and the routes are given."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

from app.errors import SessionNotFoundError
from app.memory.database import Database
from app.memory.exporting import as_json
from app.memory.history import CountTokens, History, Summarise, estimate_tokens
from app.memory.records import SessionPage, SessionRecord, Transcript
from app.memory.session_store import NOT_FOUND, SessionStore
from app.memory.texts import check_question, is_session_id
from app.memory.turn_store import Asked, TurnLimits, TurnStore
from app.memory.turns import Patience, Turn, Turns
from app.memory.withholding import Readable, shown

_DAY_SECONDS = 86_400.0
_PRUNE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class ConversationOptions:
    """The numbers of the memory; the settings of the same names explain the first three.

    A turn without a sign of life counts as interrupted after ``lease_seconds``; a turn waits
    ``wait_seconds`` for earlier turns of its session.
    """

    ttl_days: float = 30
    most_turns: int = 200
    history_tokens: int = 1_500
    lease_seconds: float = 20.0
    wait_seconds: float = 60.0


class Conversations:
    """Keeps what was asked and answered, each owner's apart; opens the database when needed."""

    def __init__(
        self,
        database: Database,
        options: ConversationOptions | None = None,
        *,
        count_tokens: CountTokens = estimate_tokens,
        summarise: Summarise | None = None,
    ) -> None:
        options = options or ConversationOptions()
        ttl_seconds = options.ttl_days * _DAY_SECONDS
        self._database = database
        self._sessions = SessionStore(self._database, ttl_seconds)
        self._turns = Turns(
            TurnStore(
                self._database, TurnLimits(ttl_seconds, options.most_turns, options.lease_seconds)
            ),
            History(self._database, options.history_tokens, count_tokens, summarise),
            Patience(options.lease_seconds, options.wait_seconds),
        )
        self._pruned_at: float | None = None

    async def open(self) -> None:
        """Make the database ready, unless it is; raise MemoryUnavailableError."""
        await self._database.open()
        await self._prune_sometimes()

    async def close(self) -> None:
        """Interrupt the turns that are being answered and let go of the database."""
        await self._turns.close()
        await self._database.close()

    @asynccontextmanager
    async def turn(
        self,
        session_id: str | None,
        question: str,
        owner: str | None = None,
        readable: Readable | None = None,
    ) -> AsyncIterator[Turn]:
        """Give the next turn of a session, or the first of a new one, when it is its time.

        Finish it within the block; otherwise it ends as failed, or as interrupted when the block
        was cancelled. Raises InvalidQuestionError for what is not text, SessionNotFoundError,
        OverloadedError after too long a wait for earlier turns, MemoryUnavailableError.
        """
        check_question(question)
        await self._prepare(session_id)
        async with self._turns.take(Asked(session_id, question, owner), readable) as turn:
            yield turn

    async def create(self, owner: str | None = None, title: str | None = None) -> SessionRecord:
        """Return a new session without turns."""
        await self._prepare(None)
        return await self._sessions.create(owner, title)

    async def list(self, owner: str | None = None, limit: int = 50, offset: int = 0) -> SessionPage:
        """Return the owner's sessions, the last used one first."""
        await self.open()
        return await self._sessions.page(owner, limit, offset)

    async def read(
        self, session_id: str, owner: str | None = None, readable: Readable | None = None
    ) -> Transcript:
        """Return a session with its turns; raise SessionNotFoundError.

        Answers made from documents that are not ``readable`` are withheld; None shows all.
        """
        await self._prepare(session_id)
        return await shown(await self._sessions.transcript(session_id, owner), readable)

    async def export(
        self, session_id: str, owner: str | None = None, readable: Readable | None = None
    ) -> dict[str, object]:
        """Return a session with its turns as JSON; errors and ``readable`` as for ``read``."""
        return as_json(await self.read(session_id, owner, readable))

    async def rename(self, session_id: str, title: str, owner: str | None = None) -> None:
        """Give a session another title; raise SessionNotFoundError."""
        await self._prepare(session_id)
        await self._sessions.rename(session_id, title, owner)

    async def clear(self, session_id: str, owner: str | None = None) -> None:
        """Delete the turns of a session and keep it; raise SessionNotFoundError."""
        await self._prepare(session_id)
        await self._sessions.clear(session_id, owner)

    async def delete(self, session_id: str, owner: str | None = None) -> None:
        """Delete a session with its turns; raise SessionNotFoundError."""
        await self._prepare(session_id)
        await self._sessions.delete(session_id, owner)

    async def delete_all(self, owner: str | None = None) -> int:
        """Delete the owner's sessions and return how many there were."""
        await self.open()
        return await self._sessions.delete_all(owner)

    async def prune(self) -> int:
        """Delete the expired sessions of all owners and return how many there were."""
        await self.open()
        return await self._sessions.prune()

    async def _prepare(self, session_id: str | None) -> None:
        """Open the database; look for no session whose id cannot be one."""
        if session_id is not None and not is_session_id(session_id):
            raise SessionNotFoundError(NOT_FOUND)
        await self.open()

    async def _prune_sometimes(self) -> None:
        now = monotonic()
        if self._pruned_at is None or now - self._pruned_at > _PRUNE_SECONDS:
            self._pruned_at = now
            await self._sessions.prune()
