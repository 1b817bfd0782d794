"""Lets requests that arrive together begin one after another."""

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send


class TurnstileMiddleware:
    """Lets one request with a body begin at a time, and all other work happen in between.

    To read and check one takes a millisecond or two. The event loop would do it for all that
    have arrived at once, and meanwhile no answer that is being told would go on.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when it is its turn."""
        if scope["type"] == "http" and scope["method"] != "GET":
            async with self._turn:
                await asyncio.sleep(0)
        await self._app(scope, receive, send)
