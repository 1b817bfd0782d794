"""When the worker should end: a signal said so, or the process that started it is gone."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StoppedError(BaseException):
    """The worker was told to end in the middle of something that can be done again.

    Like KeyboardInterrupt no error that anybody should handle on the way.
    """


class Stopping:
    """Knows whether the worker should end, and lets it be told so while it waits or works."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._may_interrupt = False

    @property
    def asked(self) -> bool:
        """Whether the worker should end."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Let the worker end at the next occasion."""
        self._asked.set()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until the worker should end; return whether it should."""
        return self._asked.wait(seconds)

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let a signal end the block at once, with StoppedError; only the main thread may."""
        self._may_interrupt = True
        try:
            if self.asked:
                raise StoppedError
            yield
        finally:
            self._may_interrupt = False

    def obey_signals(self) -> None:
        """Be told by SIGTERM and SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._take)

    def end_with_parent(self) -> None:
        """Be told when standard input ends: its other end dies with the process that has it."""
        threading.Thread(target=self._wait_for_parent, name="parent", daemon=True).start()

    def _wait_for_parent(self) -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    def _take(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._asked.set()
        if self._may_interrupt:
            self._may_interrupt = False
            raise StoppedError
