"""The service with a watch on its event loop: ``python -m eval.bench.watched``.

It is the program that ``python -m app`` runs, and answers one more path: what ``/lag`` returns was
measured since it was asked before.
"""

import asyncio
import json
from typing import Any
from unittest.mock import patch

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from app import commands
from app.api.application import create_application

LAG_PATH = "/lag"
_TICK_SECONDS = 0.01


class Watched:
    """An application, and how late its event loop comes to what is due, in milliseconds.

    Something is due every hundredth of a second, also while the loop is held up: a loop that
    stands still for .3 s is late for thirty of them, by .3 s, .29 s and so on.
    """

    def __init__(self, application: ASGIApp) -> None:
        self._application = application
        self._late: list[float] = []
        self._watch: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but the question how late the loop was."""
        if self._watch is None:
            self._watch = asyncio.create_task(self._keep_watch())
        if scope["type"] == "http" and scope["path"] == LAG_PATH:
            await self._tell(send)
        else:
            await self._application(scope, receive, send)

    async def _keep_watch(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + _TICK_SECONDS
        while True:
            await asyncio.sleep(due - loop.time())
            now = loop.time()
            while due <= now:
                self._late.append((now - due) * 1e3)
                due += _TICK_SECONDS

    async def _tell(self, send: Send) -> None:
        late, self._late = self._late, []
        head = {"type": "http.response.start", "status": 200, "headers": []}
        await send({**head, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(late).encode()})


def _watched(*parts: Any) -> FastAPI:  # noqa: ANN401 - whatever an application is made of
    application = create_application(*parts)
    application.add_middleware(Watched)
    return application


def main() -> None:
    """Serve until a signal ends it."""
    with patch.object(commands, "create_application", _watched):
        commands.serve()


if __name__ == "__main__":
    main()
