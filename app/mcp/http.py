"""The tools over HTTP: each request stands alone, so that any replica can answer it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.mcp.server import Context, build_server
from app.mcp.tools.base import Call
from app.service import Service

if TYPE_CHECKING:
    from starlette.requests import Request

_CHECKED_BEFORE = TransportSecuritySettings(enable_dns_rebinding_protection=False)
"""Host and Origin are checked for all paths in one place, by the settings of the service."""


@asynccontextmanager
async def protocol_over_http(service: Service) -> AsyncIterator[ASGIApp]:
    """Yield an application that answers POST requests of whoever is ``scope["caller"]``."""

    def told(context: Context) -> Call:
        return Call(service, cast("Request", context.request).scope["caller"])

    manager = StreamableHTTPSessionManager(
        build_server(told), stateless=True, json_response=True, security_settings=_CHECKED_BEFORE
    )
    running, ended = asyncio.Event(), asyncio.Event()
    work = asyncio.create_task(_keep_running(manager, running, ended))
    waiting = asyncio.create_task(running.wait())
    await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        yield _EndingWithClient(manager.handle_request)
    finally:
        ended.set()
        await work


async def _keep_running(
    manager: StreamableHTTPSessionManager, running: asyncio.Event, ended: asyncio.Event
) -> None:
    """Run the library's tasks in one of their own: errors of the server are not theirs."""
    async with manager.run():
        running.set()
        await ended.wait()


class _EndingWithClient:
    """Stops the work for a request when whoever sent it has left."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on once the whole of it is there."""
        messages = [await receive()]
        while messages[-1].get("more_body", False):
            messages.append(await receive())
        work = asyncio.ensure_future(self._app(scope, _replaying(messages), send))
        watch = asyncio.ensure_future(_until_left(receive))
        try:
            await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            work.cancel()
            watch.cancel()
            await asyncio.wait({work, watch})
        if not work.cancelled():
            work.result()


def _replaying(messages: list[Message]) -> Receive:
    """Return a function that gives these messages one by one, and then waits for ever."""
    left = iter(messages)

    async def receive() -> Message:
        for message in left:
            return message
        never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        return await never

    return receive


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
