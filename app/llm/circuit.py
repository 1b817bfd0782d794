"""Spares a model that is down: after some failures in a row nobody is sent to it for a while."""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from app.errors import LanguageModelTimeoutError, LanguageModelUnavailableError
from app.llm.base import LanguageModel, Message, Piece, Sampling

FAILURES = (LanguageModelUnavailableError, LanguageModelTimeoutError)


@dataclass(frozen=True, slots=True)
class Fuse:
    """How many failures in a row open the circuit, and for how long."""

    failures: int = 5
    seconds: float = 30.0


class Circuit(LanguageModel):
    """Passes everything on; when open, fails at once, and after the pause lets one request try."""

    def __init__(
        self,
        model: LanguageModel,
        fuse: Fuse | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = model.name
        self.context_tokens = model.context_tokens
        self._model = model
        self._fuse = fuse or Fuse()
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0
        self._probing = False

    async def _stream(
        self, messages: Sequence[Message], sampling: Sampling
    ) -> AsyncGenerator[Piece, None]:
        probing = self._admit()
        try:
            async with aclosing(self._model.stream(messages, sampling)) as pieces:
                async for piece in pieces:
                    yield piece
            self._failures = 0
        except FAILURES:
            self._count_failure()
            raise
        finally:
            if probing:
                self._probing = False

    def _admit(self) -> bool:
        """Return whether this request is the probe; raise while the circuit is open."""
        if self._failures < self._fuse.failures:
            return False
        if self._probing or self._clock() < self._open_until:
            raise LanguageModelUnavailableError(
                f"{self.name} failed {self._failures} times in a row and is left in peace for"
                f" {self._fuse.seconds:g} seconds; try again later."
            )
        self._probing = True
        return True

    def _count_failure(self) -> None:
        self._failures += 1
        self._open_until = self._clock() + self._fuse.seconds

    def count_tokens(self, text: str) -> int:
        """Return what the model counts."""
        return self._model.count_tokens(text)

    def check(self) -> str:
        """Return what the model says about itself."""
        return self._model.check()

    async def close(self) -> None:
        """Close the model."""
        await self._model.close()
