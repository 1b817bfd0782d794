"""How fast a language model is: alone, with others, and with a prompt that it has read before."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from app.llm.base import LanguageModel, Message, Role, Sampling, Usage


@dataclass(frozen=True, slots=True)
class Spell:
    """One answer and its times; all tokens after the first count for the speed."""

    text: str
    usage: Usage
    first_word_seconds: float
    seconds: float

    @property
    def tokens_per_second(self) -> float:
        """Tokens a second, from the first word on."""
        writing = self.seconds - self.first_word_seconds
        return (self.usage.completion_tokens - 1) / writing if writing > 0 else 0.0


async def time_answer(model: LanguageModel, text: str, max_tokens: int) -> Spell:
    """Return what the model says to a user's message, and how fast."""
    began = time.perf_counter()
    first: float | None = None
    texts: list[str] = []
    usage = Usage()
    asked = [Message(Role.USER, text)]
    async with aclosing(model.stream(asked, Sampling(max_tokens=max_tokens))) as pieces:
        async for piece in pieces:
            if piece.text and first is None:
                first = time.perf_counter() - began
            texts.append(piece.text)
            usage += piece.usage
    seconds = time.perf_counter() - began
    return Spell("".join(texts), usage, seconds if first is None else first, seconds)


async def throughput(
    model: LanguageModel, texts: Sequence[str], max_tokens: int, *, at_a_time: int
) -> float:
    """Return the tokens that are written in a second, over all answers."""
    gate = asyncio.Semaphore(at_a_time)

    async def one(text: str) -> int:
        async with gate:
            spell = await time_answer(model, text, max_tokens)
        return spell.usage.completion_tokens

    began = time.perf_counter()
    tokens = await asyncio.gather(*(one(text) for text in texts))
    return sum(tokens) / (time.perf_counter() - began)


async def prefix_share(model: LanguageModel, prefix: str, endings: tuple[str, str]) -> float:
    """Return the time to the first word of the second prompt as a share of the first's.

    Both begin with ``prefix``, which must be new to the model.
    """
    first, second = [await time_answer(model, prefix + ending, 1) for ending in endings]
    return second.first_word_seconds / first.first_word_seconds
