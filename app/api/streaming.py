"""Server-sent events: what is told while an answer is made, and exactly one end."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Any

from fastapi import Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.types import Receive

from app.api.ending import OpenRequests, ending_error
from app.api.problems import Problem, problem_of

MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
KEEP_ALIVE = ": still working\n\n"
KEEP_ALIVE_SECONDS = 15.0

_LAST = ("event: done\n", "event: failed\n", "data: [DONE]\n")
"""How the texts begin that nothing may follow."""

_WAITING_TEXTS = 16
"""A client that reads slowly holds up the language model instead of filling the memory."""


def events_response(*names: str) -> dict[int | str, dict[str, Any]]:
    """Return what the OpenAPI document says of a stream of events with these names.

    Its schema is that of one event, as validators of OpenAPI 3.1 take it.
    """
    properties: dict[str, Any] = {"data": {"type": "string", "description": "JSON"}}
    if names:
        properties["event"] = {"type": "string", "enum": list(names)}
    schema = {"type": "object", "required": sorted(properties), "properties": properties}
    return {200: {"content": {MEDIA_TYPE: {"schema": schema}}}}


def event(name: str, data: BaseModel) -> str:
    """Return one event; JSON holds no line end, so that it is one line of data."""
    return f"event: {name}\ndata: {data.model_dump_json()}\n\n"


async def streamed(
    texts: AsyncGenerator[str, None], request: Request, failed: Callable[[Problem], str]
) -> StreamingResponse:
    """Return a response that sends the texts as they come and stops their work with the client.

    What goes wrong before the first text is raised; later, ``failed`` turns the problem document
    into the last text. That the server has to end is one of the things that go wrong.
    """
    open_requests = request.scope.get("open_requests") or OpenRequests()
    source = _Source(texts, request.receive)
    first = await source.first()

    async def body() -> AsyncGenerator[str, None]:
        item: _Item = first
        try:
            with open_requests.ended_by(source.end):
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

    def __init__(self, texts: AsyncGenerator[str, None], receive: Receive) -> None:
        self._made: asyncio.Queue[_Item] = asyncio.Queue(_WAITING_TEXTS)
        self._after: list[_Item] = []
        self._told_last = False
        self._work = asyncio.create_task(self._run(texts))
        self._watch = asyncio.create_task(self._leave(receive))

    async def first(self) -> str | None:
        """Return the first text, or None when there is none; raise what went wrong before it."""
        try:
            item = await self.take()
            if isinstance(item, Exception):
                raise item
        except BaseException:
            await self.close()
            raise
        return item

    async def take(self) -> _Item:
        """Return the next text, a comment after a long silence, what went wrong, or the end.

        Texts that wait together are returned together.
        """
        if self._after:
            return self._after.pop()
        try:
            async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                item = await self._made.get()
        except TimeoutError:
            return KEEP_ALIVE
        return item + self._waiting() if isinstance(item, str) else item

    def _waiting(self) -> str:
        """Return the texts that wait already; keep what follows them for the next turn."""
        texts = ""
        while not self._made.empty():
            item = self._made.get_nowait()
            if not isinstance(item, str):
                self._after.append(item)
                break
            texts += item
        return texts

    def end(self) -> None:
        """Stop the work and say so, unless the last text has been told."""
        if self._told_last:
            return
        self._work.cancel()
        if self._made.full():
            self._after.append(ending_error())
        else:
            self._made.put_nowait(ending_error())

    async def close(self) -> None:
        """Stop the work, if it still goes on."""
        self._watch.cancel()
        self._work.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait({self._watch, self._work})

    async def _leave(self, receive: Receive) -> None:
        """Wait for the client to go away, then stop the work and whoever waits for it."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._work.cancel()
        if self._made.empty():
            self._made.put_nowait(None)

    async def _run(self, texts: AsyncGenerator[str, None]) -> None:
        try:
            async with aclosing(texts):
                async for text in texts:
                    self._told_last = text.startswith(_LAST)
                    await self._made.put(text)
        except Exception as error:  # it is raised or sent by the response
            await self._made.put(error)
        else:
            await self._made.put(None)
