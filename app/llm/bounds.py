"""Ends an answer that takes too long or does not stop."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.errors import LanguageModelError, LanguageModelTimeoutError

PIECES_PER_TOKEN = 4
CHARACTERS_PER_TOKEN = 32
SPARE_PIECES = 64
"""A stream may also say that it begins, thinks, ends and what it used."""


class Said(Protocol):
    """Something that was said."""

    @property
    def text(self) -> str:
        """The words, perhaps none."""


Item = TypeVar("Item", bound=Said)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long an answer may take and how much it may say."""

    seconds: float | None
    max_tokens: int


async def bounded(pieces: AsyncGenerator[Item, None], bounds: Bounds) -> AsyncGenerator[Item, None]:
    """Yield the pieces, and close their generator in every case.

    Raises LanguageModelTimeoutError after ``bounds.seconds`` in all, LanguageModelError when far
    more comes than ``bounds.max_tokens`` can be.
    """
    deadline = None
    if bounds.seconds is not None:
        deadline = asyncio.get_running_loop().time() + bounds.seconds
    count = characters = 0
    async with aclosing(pieces):
        while (piece := await _next(pieces, deadline)) is not None:
            count += 1
            characters += len(piece.text)
            if (
                count > PIECES_PER_TOKEN * bounds.max_tokens + SPARE_PIECES
                or characters > CHARACTERS_PER_TOKEN * (bounds.max_tokens + SPARE_PIECES)
            ):
                raise LanguageModelError(
                    f"The language model said far more than {bounds.max_tokens} tokens and was"
                    " stopped. Does its server heed max_tokens?"
                )
            yield piece


async def _next(pieces: AsyncGenerator[Item, None], deadline: float | None) -> Item | None:
    if deadline is None:
        return await anext(pieces, None)
    try:
        async with asyncio.timeout_at(deadline):
            return await anext(pieces, None)
    except TimeoutError as error:
        raise LanguageModelTimeoutError(
            "The language model took too long. Try again, ask for less, or raise"
            " MUREUM_LLM_TIMEOUT_SECONDS."
        ) from error
