"""Keeps the row of one turn true, whatever happens to whoever asked."""

import asyncio
import logging

from app.memory.errors import MemoryUnavailableError
from app.memory.records import TurnKey, TurnResult, TurnStatus
from app.memory.turn_store import Asked, TurnStore

logger = logging.getLogger(__name__)


class TurnKeeper:
    """A task of its own, so that a cancelled request cannot cut off what must be written.

    It begins the turn when it is first in the line of its session, renews its lease while it
    lasts, and ends it.
    """

    def __init__(
        self, store: TurnStore, asked: Asked, line: asyncio.Lock, heartbeat_seconds: float
    ) -> None:
        self.key: TurnKey | None = None
        self._store = store
        self._heartbeat_seconds = heartbeat_seconds
        self._status = TurnStatus.INTERRUPTED
        self._finished = False
        self._over = asyncio.Event()
        self._begun: asyncio.Future[TurnKey] = asyncio.get_running_loop().create_future()
        self.task = asyncio.create_task(self._keep(asked, line))

    async def begun(self) -> TurnKey:
        """Return the turn when it is stored; raise what kept it from being stored."""
        return await asyncio.shield(self._begun)

    async def finish(self, result: TurnResult) -> None:
        """Store the answer; raise an error when the turn or its session is gone."""
        await self._store.finish(await self.begun(), result)
        self._finished = True

    async def end(self, status: TurnStatus) -> None:
        """End the turn, unless it has ended already, and return when that is stored."""
        self._status = status
        self._over.set()
        await self.ended()

    async def ended(self) -> None:
        """Return when the turn has ended."""
        await asyncio.shield(self.task)

    async def _keep(self, asked: Asked, line: asyncio.Lock) -> None:
        try:
            async with line:
                self.key = await self._store.begin(asked)
        except Exception as error:  # it is raised again, where the turn is awaited
            self._begun.set_exception(error)
            return
        self._begun.set_result(self.key)
        while not await self._over_soon():
            await self._write(self.key, None)
        if not self._finished:
            await self._write(self.key, self._status)

    async def _over_soon(self) -> bool:
        try:
            await asyncio.wait_for(self._over.wait(), self._heartbeat_seconds)
        except TimeoutError:
            return False
        return True

    async def _write(self, key: TurnKey, status: TurnStatus | None) -> None:
        """Renew the lease or end the turn; a failure makes it ``interrupted`` in the end."""
        try:
            if status is None:
                await self._store.renew(key)
            else:
                await self._store.end(key, status)
        except MemoryUnavailableError as error:
            logger.warning("turn %d of a session could not be written: %s", key.number, error)
