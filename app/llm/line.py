"""A bounded line: who comes first is served first, and who finds it full is told so at once."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.errors import OverloadedError


class Line:
    """A few places to be served at, and a limit on those who wait for one."""

    def __init__(self, places: int, waiting_limit: int) -> None:
        self._free = places
        self._waiting_limit = waiting_limit
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold a place; raise OverloadedError when too many wait for one."""
        await self._enter()
        try:
            yield
        finally:
            self._leave()

    async def _enter(self) -> None:
        if self._free:
            self._free -= 1
            return
        if len(self._waiting) >= self._waiting_limit:
            raise OverloadedError(
                f"{len(self._waiting)} requests wait for the language model already; try again"
                " soon."
            )
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._waiting.remove(turn)
            else:
                self._leave()
            raise

    def _leave(self) -> None:
        """Hand the place to the first who still waits; the future tells them."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
