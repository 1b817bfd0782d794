"""The web server around the application, which ends even while jobs are being followed."""

import socket
import sys
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

_START_FAILED = 3
"""What uvicorn's own command line returns."""


class Server(uvicorn.Server):
    """Lets go of all who follow a job before it waits for the connections to end.

    Nothing else would end them: a job may wait for long.
    """

    def __init__(self, config: uvicorn.Config, application: FastAPI) -> None:
        super().__init__(config)
        self._application = application

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then everything else."""
        self._application.state.service.uploads.release()
        await super().shutdown(sockets)


def serve_until_signal(application: FastAPI, host: str, port: int) -> None:
    """Serve until a signal ends it; exit with 3 when the server could not start."""
    server = Server(uvicorn.Config(application, host, port, log_config=None), application)
    with suppress(KeyboardInterrupt):  # uvicorn has ended in order and passes the signal on
        server.run()
    if not server.started:
        sys.exit(_START_FAILED)
