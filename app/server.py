"""The web server around the application, which ends in order and in time.

The first signal makes ``/ready`` say 503; after a pause the server stops listening, lets what is
being answered go on for a while, and then ends it with an answer that says so. The second signal
ends the process at once.
"""

import asyncio
import logging
import os
import socket
import sys
import threading
import time
from dataclasses import dataclass
from types import FrameType

import uvicorn
from fastapi import FastAPI

from app.api.ending import OpenRequests
from app.connection import BoundedConnection

logger = logging.getLogger(__name__)

_START_FAILED = 3
"""What uvicorn's own command line returns."""

_SECONDS_TO_SEND = 2.0
"""How long the last words to those who ask may take; then their connections are cut."""

_SECONDS_TO_CLOSE = 8.0
"""How long it may take after that to close files, and to wait for threads that still load models.

Nothing is lost when the process ends before: what counts is stored already.
"""

_BY_SIGNAL = 128
"""What shells add to a signal's number."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen, and how to end.

    After a signal requests are still taken for ``drain_seconds``; from then on what is being
    answered has ``shutdown_seconds``.
    """

    host: str
    port: int
    drain_seconds: float = 0.0
    shutdown_seconds: float = 15.0


class Server(uvicorn.Server):
    """Ends in order at the first signal, at once at the second."""

    def __init__(self, application: FastAPI, listening: Listening) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                listening.host,
                listening.port,
                http=BoundedConnection,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=round(listening.shutdown_seconds + _SECONDS_TO_SEND),
            )
        )
        self._application = application
        self._listening = listening
        self._told_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end, or end: the process exits with 0 after the first signal."""
        del frame
        if self._told_at is not None:
            os._exit(_BY_SIGNAL + sig)
        self._told_at = time.monotonic()
        self._open_requests.close()

    async def on_tick(self, counter: int) -> bool:
        """Return whether to stop listening now; asked ten times a second."""
        told, pause = self._told_at, self._listening.drain_seconds
        over = told is not None and time.monotonic() - told >= pause
        return await super().on_tick(counter) or over

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of all who follow a job, who might wait for long; then end everything else."""
        self._application.state.service.uploads.release()
        self._end_for_certain()
        ending = asyncio.create_task(self._end_what_is_left())
        try:
            await super().shutdown(sockets)
        finally:
            ending.cancel()

    async def _end_what_is_left(self) -> None:
        await asyncio.sleep(self._listening.shutdown_seconds)
        if ended := self._open_requests.end():
            logger.warning("%d answers were broken off: the server has to end", ended)

    def _end_for_certain(self) -> None:
        """Let the process end in time, whatever its threads do."""
        answering = self._listening.shutdown_seconds if self.server_state.tasks else 0.0
        bound = threading.Timer(answering + _SECONDS_TO_SEND + _SECONDS_TO_CLOSE, _leave)
        bound.daemon = True
        bound.start()

    @property
    def _open_requests(self) -> OpenRequests:
        open_requests: OpenRequests = self._application.state.open_requests
        return open_requests


def _leave() -> None:
    logger.warning("some threads are still at work; the process ends without them")
    logging.shutdown()
    os._exit(0)


def serve_until_signal(application: FastAPI, listening: Listening) -> None:
    """Serve until a signal ends it; exit with 3 when the server could not start."""
    server = Server(application, listening)
    server.run()
    if not server.started:
        sys.exit(_START_FAILED)
