"""How Ctrl-C and SIGTERM end the watch: a round is interrupted, and waiting simply ends."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType, TracebackType
from typing import Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Listens to both signals while its ``with`` block lasts; only the main thread may do so.

    The second signal interrupts at once whatever is done then.
    """

    def __init__(self) -> None:
        self.requested = Event()
        self.by_keyboard = False
        self._working = False

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Raise KeyboardInterrupt in this block when a signal comes, or came just before it."""
        self._working = True
        try:
            if self.requested.is_set():
                raise KeyboardInterrupt
            yield
        finally:
            self._working = False

    def __enter__(self) -> Self:
        self._before = {number: signal.getsignal(number) for number in _SIGNALS}
        for number in _SIGNALS:
            signal.signal(number, self._stop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        again = self.requested.is_set()
        self.requested.set()
        self.by_keyboard = number == signal.SIGINT
        if self._working or again:
            self._working = False
            raise KeyboardInterrupt
