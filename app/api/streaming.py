"""Server-sent events: what is told while an answer is made, and exactly one end."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress

from fastapi import Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from app.api.problems import Problem, problem_of

MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
KEEP_ALIVE = ": still working\n\n"
KEEP_ALIVE_SECONDS = 15.0
LOOK_SECONDS = 0.5
"""How often to look whether the client is still there while nothing is sent."""

_WAITING_TEXTS = 16
"""A client that reads slowly holds up the language model instead of filling the memory."""


def event(name: str, data: BaseModel) -> str:
    """Return one event; JSON holds no line end, so that it is one line of data."""
    return f"event: {name}\ndata: {data.model_dump_json()}\n\n"


async def streamed(
    texts: AsyncGenerator[str, None], request: Request, failed: Callable[[Problem], str]
) -> StreamingResponse:
    """Return a response that sends the texts as they come and stops their work with the client.

    What goes wrong before the first text is raised; later, ``failed`` turns the problem document
    into the last text.
    """
    source = _Source(texts, request.is_disconnected)
    first = await source.take()
    if isinstance(first, Exception):
        raise first

    async def body() -> AsyncGenerator[str, None]:
        item: _Item = first
        try:
            while isinstance(item, str):
                yield item
                item = await source.take()
            if item is not None:
                request_id = str(request.scope.get("request_id", ""))
                yield failed(problem_of(item, request.url.path, request_id))
        finally:
            await source.close()

    return StreamingResponse(body(), media_type=MEDIA_TYPE, headers=HEADERS)


_Item = str | Exception | None


class _Source:
    """Runs a generator in a task of its own, from its first text to its end."""

    def __init__(
        self, texts: AsyncGenerator[str, None], is_gone: Callable[[], Awaitable[bool]]
    ) -> None:
        self._is_gone = is_gone
        self._made: asyncio.Queue[_Item] = asyncio.Queue(_WAITING_TEXTS)
        self._silent = 0.0
        self._work = asyncio.create_task(self._run(texts))

    async def take(self) -> _Item:
        """Return the next text, a comment after a long silence, what went wrong, or the end."""
        while True:
            try:
                item = await asyncio.wait_for(self._made.get(), LOOK_SECONDS)
            except TimeoutError:
                if await self._is_gone():
                    return None
                self._silent += LOOK_SECONDS
                if self._silent >= KEEP_ALIVE_SECONDS:
                    self._silent = 0.0
                    return KEEP_ALIVE
            else:
                self._silent = 0.0
                return item

    async def close(self) -> None:
        """Stop the work, if it still goes on."""
        self._work.cancel()
        with suppress(asyncio.CancelledError):
            await self._work

    async def _run(self, texts: AsyncGenerator[str, None]) -> None:
        try:
            async with aclosing(texts):
                async for text in texts:
                    await self._made.put(text)
        except Exception as error:  # it is raised or sent by the response
            await self._made.put(error)
        else:
            await self._made.put(None)
