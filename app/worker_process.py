"""Keeps the worker running beside the service: what is handed over is read by another process.

The worker ends with its standard input, so that none is left behind however the service ends.
"""

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

logger = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "ingest", "work", "--with-parent")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait before the worker is started again, and for its end.

    The pause doubles each time, and is the first again once a worker has lived long.
    """

    first_pause_seconds: float = 1.0
    longest_pause_seconds: float = 60.0
    long_life_seconds: float = 60.0
    seconds_to_end: float = 10.0


class WorkerProcess:
    """A process that is started again whenever it ends, until this is closed."""

    def __init__(self, command: Sequence[str] = COMMAND, patience: Patience | None = None) -> None:
        self._command = command
        self._patience = patience or Patience()
        self._process: Process | None = None
        self._keeping: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Number of the process that runs now; None where none does."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    def start(self) -> None:
        """Begin to keep a worker running; the event loop does it from now on."""
        self._keeping = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """End the worker: asked at first, killed when it takes too long."""
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        if self._process is not None and self._process.returncode is None:
            await self._end(self._process)

    async def _keep(self) -> None:
        clock = asyncio.get_running_loop().time
        pause = self._patience.first_pause_seconds
        while True:
            started = clock()
            ending = await self._run()
            if clock() - started >= self._patience.long_life_seconds:
                pause = self._patience.first_pause_seconds
            logger.warning("the worker %s; it is started again in %.0f s", ending, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._patience.longest_pause_seconds)

    async def _run(self) -> str:
        """Run one worker to its end, and return how it ended."""
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, start_new_session=True
            )
        except OSError as error:
            return f"could not be started ({error.strerror})"
        logger.info("the worker runs as process %d", self._process.pid)
        return f"ended with code {await self._process.wait()}"

    async def _end(self, process: Process) -> None:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), self._patience.seconds_to_end)
        except TimeoutError:
            logger.warning("the worker does not end and is killed; nothing is lost by that")
            process.kill()
            await process.wait()
