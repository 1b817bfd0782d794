"""The process beside the ingestion that makes a child for each file, and ends it in time.

It imports the loaders and what they need, once, and never looks into a file itself. It ends when
the ingestion does, however that ends, for then its connection is closed.
"""

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress

from ingest.isolation import child
from ingest.isolation.answers import JSON_LENGTH, MOST_JSON_BYTES
from ingest.isolation.confinement import Confinement, address_space_bytes
from ingest.isolation.limits import ParseLimits
from ingest.isolation.preparing import Preparation
from ingest.isolation.verdict import Ending, Verdict
from ingest.isolation.watching import Child, watch
from ingest.isolation.wire import MOST_BODY_BYTES, BrokenConnectionError, receive, send
from ingest.loaders.pdf_rendering import MOST_PIXELS


def main() -> None:
    """Serve on standard input, which is a socket, until it is closed."""
    connection = socket.socket(fileno=os.dup(0))
    with connection, connection.makefile("rb") as stream, suppress(BrokenConnectionError, OSError):
        setup, _ = receive(stream, 0)
        supervisor = Supervisor(connection, setup["loaders"], ParseLimits(**setup["limits"]))
        send(connection, {"ready": True}, b"")
        while True:
            asked, content = receive(stream, MOST_BODY_BYTES)
            ending = supervisor.read(asked["name"], content, asked.get("page"))
            said = {"verdict": ending.verdict, "detail": ending.detail}
            send(connection, said, ending.answer)


class Supervisor:
    """Reads one file after the other, each in a child."""

    def __init__(
        self, connection: socket.socket, loaders: Mapping[str, str], limits: ParseLimits
    ) -> None:
        self._connection = connection
        self._loaders = loaders
        self._limits = limits
        self._preparation = Preparation(loaders)

    def read(self, name: str, content: bytes, page: int | None = None) -> Ending:
        """Return how the child of this file ended, and what it wrote; a ``page`` is drawn."""
        self._preparation.prepare(name)
        job = child.Job(name, content, self._loaders, self._limits.text_bytes, page)
        reading, writing = os.pipe()
        try:
            pid = self._fork(job, writing)
        except OSError as error:
            os.close(reading)
            return Ending(Verdict.NOT_STARTED, str(error))
        finally:
            os.close(writing)
        try:
            most = self._limits.text_bytes if page is None else MOST_PIXELS
            return watch(self._child(pid, reading, most), self._connection)
        finally:
            os.close(reading)

    def _fork(self, job: child.Job, writing: int) -> int:
        """Return the child's number."""
        base_bytes = address_space_bytes() - len(job.content)
        confinement = Confinement(self._limits, os.getpid(), base_bytes, self._preparation.ruleset)
        pid = os.fork()
        if pid == 0:
            child.run(job, writing, confinement)
        return pid

    def _child(self, pid: int, reading: int, most: int) -> Child:
        return Child(
            pid=pid,
            reading=reading,
            deadline=time.monotonic() + self._limits.seconds,
            limits=self._limits,
            most_bytes=JSON_LENGTH.size + MOST_JSON_BYTES + most,
        )
