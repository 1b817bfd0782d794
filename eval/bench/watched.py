"""The service with a watch on its event loop: ``python -m eval.bench.watched``.

It is the program that ``python -m app`` runs, and answers one more path: what ``/lag`` returns was
measured since it was asked before.
"""

import asyncio
import json
import time
from dataclasses import asdict, dataclass, field
from typing import Any
from unittest.mock import patch

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from app import commands
from app.api.application import create_application

LAG_PATH = "/lag"
_TICK_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Lag:
    """What an event loop did, in milliseconds.

    ``late`` is how late it came to what was due. Something is due every hundredth of a second,
    also while the loop is held up: a loop that stands still for .3 s is late for thirty of them,
    by .3 s, .29 s and so on. ``busy`` is the same of the CPU time that its thread took from one
    look at the clock to the next, which other programs hardly change.
    """

    late: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)


class Watched:
    """An application, and a watch on its event loop."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application
        self._lag = Lag()
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
        due, spent = loop.time() + _TICK_SECONDS, time.thread_time()
        while True:
            await asyncio.sleep(due - loop.time())
            now, before, spent = loop.time(), spent, time.thread_time()
            self._lag.busy.extend(_ticks(spent - before))
            late = _ticks(now - due)
            self._lag.late.extend(late)
            due += _TICK_SECONDS * len(late)

    async def _tell(self, send: Send) -> None:
        lag, self._lag = self._lag, Lag()
        head = {"type": "http.response.start", "status": 200, "headers": []}
        await send({**head, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(asdict(lag)).encode()})


def _ticks(seconds: float) -> list[float]:
    """Return the milliseconds at the end of a delay since each hundredth of a second in it."""
    count = int(max(seconds, 0.0) / _TICK_SECONDS) + 1
    return [max(seconds - number * _TICK_SECONDS, 0.0) * 1e3 for number in range(count)]


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
