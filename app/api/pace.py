"""How slowly a sender may send."""

import asyncio
from collections.abc import Awaitable

from app.errors import UploadTimeoutError


class Pace:
    """Breaks an upload off that brings too little while it is waited for.

    The time is cut into spans of ``span_seconds``, in each of which something has to come, and
    ``bytes_a_second`` on average. Only waiting counts: nobody pays for a disk that is slow to
    write. So a form of a known size ends in a known time, however its sender dawdles.
    """

    def __init__(self, span_seconds: float, bytes_a_second: float = 0.0) -> None:
        self._span_seconds = span_seconds
        self._least_bytes = max(1, round(span_seconds * bytes_a_second))
        self._waited = 0.0
        self._received = 0

    async def keep(self, coming: Awaitable[bytes | None]) -> bytes | None:
        """Return the next bytes, None at the end; raise UploadTimeoutError."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(self._patience()):
                piece = await coming
        except TimeoutError as error:
            raise UploadTimeoutError(self._complaint()) from error
        self._count(loop.time() - began, len(piece or b""))
        return piece

    def _patience(self) -> float:
        """Return how long to wait now; what has brought enough in this span begins another one."""
        enough = self._received >= self._least_bytes
        return self._span_seconds if enough else self._span_seconds - self._waited

    def _count(self, seconds: float, size: int) -> None:
        self._waited += seconds
        if self._waited >= self._span_seconds:
            self._waited = 0.0
            self._received = 0
        self._received += size

    def _complaint(self) -> str:
        span = f"{self._span_seconds:g} seconds"
        if self._received >= self._least_bytes or not self._received:
            return f"Nothing more came for {span}; nothing was kept. Try again."
        return (
            f"Only {self._received:,} bytes came in {span}, and {self._least_bytes:,} have to;"
            " nothing was kept. Try again where the network is faster."
        )
