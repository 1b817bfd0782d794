"""Turns of one session follow one another: each begins when no earlier one is being answered.

A turn's row carries a lease that a task of its own renews, and a turn waits while an earlier one
of its session has a live lease; so the order holds in a process and across replicas, and needs no
lock of the database. When a process dies its leases run out, by the database's own clock, after
which the turn counts as interrupted and the next one begins.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from weakref import WeakValueDictionary

from app.errors import OverloadedError
from app.memory.history import History
from app.memory.keeper import TurnKeeper
from app.memory.records import FIRST_TURN, TurnKey, TurnResult, TurnStatus
from app.memory.turn_store import Asked, TurnStore
from app.memory.withholding import Readable
from app.rewriters.base import Exchange

_POLL_SECONDS = 0.1
"""How often to look whether a turn of another process has ended."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a turn without a sign of life counts, and how long the next one waits."""

    lease_seconds: float
    wait_seconds: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One question while it is being answered; ``history`` is what was said before it."""

    session_id: str
    number: int
    history: list[Exchange]
    _finish: Callable[[TurnResult], Awaitable[None]]

    async def finish(self, result: TurnResult) -> None:
        """Store the answer; raise an error when the turn or its session is gone."""
        await self._finish(result)


class Turns:
    """Gives turns, each when it is its time."""

    def __init__(self, store: TurnStore, history: History, patience: Patience) -> None:
        self._store = store
        self._history = history
        self._patience = patience
        self._keepers: set[TurnKeeper] = set()
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def take(self, asked: Asked, readable: Readable | None = None) -> AsyncIterator[Turn]:
        """Give a turn; when the block ends without an answer, the turn ends without one too."""
        keeper = self._keep(asked)
        status = TurnStatus.INTERRUPTED
        try:
            key = await keeper.begun()
            await self._wait_for(key)
            history = await self._history.before(key, readable)
            yield Turn(key.session_id, key.number, history, keeper.finish)
            status = TurnStatus.FAILED
        except Exception:
            status = TurnStatus.FAILED
            raise
        finally:
            await keeper.end(status)

    async def close(self) -> None:
        """Interrupt the turns that are being answered."""
        keepers = list(self._keepers)
        await asyncio.gather(*(keeper.end(TurnStatus.INTERRUPTED) for keeper in keepers))

    def _keep(self, asked: Asked) -> TurnKeeper:
        line = asyncio.Lock()
        if asked.session_id is not None:
            line = self._lines.setdefault(asked.session_id, line)
        keeper = TurnKeeper(self._store, asked, line, self._patience.lease_seconds / 3)
        self._keepers.add(keeper)
        keeper.task.add_done_callback(lambda _: self._keepers.discard(keeper))
        return keeper

    async def _wait_for(self, key: TurnKey) -> None:
        if key.number == FIRST_TURN:
            return
        try:
            async with asyncio.timeout(self._patience.wait_seconds):
                while (number := await self._store.turn_before(key)) is not None:
                    await self._wait_for_end(TurnKey(key.session_id, number))
        except TimeoutError as error:
            raise OverloadedError(
                "Earlier questions of this session are still being answered; try again later."
            ) from error

    async def _wait_for_end(self, key: TurnKey) -> None:
        """Return when a turn of this process has ended; look again soon for one of another."""
        for keeper in self._keepers:
            if keeper.key == key:
                return await keeper.ended()
        return await asyncio.sleep(_POLL_SECONDS)
