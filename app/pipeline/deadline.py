"""What takes too long is given up."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import TypeVar

from app.errors import AnswerTimeoutError

Item = TypeVar("Item")


async def within(seconds: float, items: AsyncGenerator[Item, None]) -> AsyncGenerator[Item, None]:
    """Yield the items, and close their generator in every case; 0 seconds are no limit.

    The time that whoever takes the items needs counts too. Raises AnswerTimeoutError.
    """
    began = asyncio.get_running_loop().time()
    async with aclosing(items):
        while True:
            async with limited(seconds, began):
                item = await anext(items, None)
            if item is None:
                return
            yield item


@asynccontextmanager
async def limited(seconds: float, began: float | None = None) -> AsyncIterator[None]:
    """Raise AnswerTimeoutError so many seconds after the beginning, by default of the block."""
    began = asyncio.get_running_loop().time() if began is None else began
    try:
        async with asyncio.timeout_at(began + seconds if seconds else None) as limit:
            yield
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise AnswerTimeoutError(
            f"The answer was not ready after {seconds:g} seconds and was given up. Ask for less, or"
            " raise MUREUM_APP_ANSWER_SECONDS."
        ) from error
