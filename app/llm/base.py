"""The contract of a language model: one method to write, the shared work done here once."""

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from enum import StrEnum

from app.errors import LanguageModelError, OverloadedError
from app.llm.bounds import Bounds, bounded

BYTES_PER_TOKEN = 2.5
"""Cautious for models whose tokenizer cannot be asked: English has 4, a Hangul syllable is 3."""

TOKENS_PER_MESSAGE = 8
"""What a chat template puts around each message, at most."""

_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What no database and no UTF-8 can hold; models and their servers do send it."""


class Role(StrEnum):
    """Who says a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen; temperature 0 always takes the most probable one."""

    temperature: float = 0.0
    top_p: float = 1.0
    max_tokens: int = 768
    seed: int | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a model read and wrote."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """The next words of a model, and what was used when it is told, usually with the last one."""

    text: str = ""
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Completion:
    """Everything that a model said to one prompt."""

    text: str
    usage: Usage


class LanguageModel(ABC):
    """Continues a conversation; write ``_stream`` and leave the rest to this class."""

    name: str
    """What answers report as their back end."""

    context_tokens: int
    """Most tokens of prompt and answer together."""

    timeout_seconds: float | None = None
    """Longest time that one answer may take, waiting in line included; None has no limit."""

    @abstractmethod
    def _stream(
        self, messages: Sequence[Message], sampling: Sampling
    ) -> AsyncGenerator[Piece, None]:
        """Yield the answer as it is made; closing the generator stops the work at once."""

    async def stream(
        self, messages: Sequence[Message], sampling: Sampling
    ) -> AsyncGenerator[Piece, None]:
        """Yield the answer as it is made, without empty pieces.

        Close the generator (``contextlib.aclosing``) to cancel. Raises OverloadedError when too
        many requests wait, LanguageModelError for everything else that goes wrong, such as an
        answer that takes longer than ``timeout_seconds`` or does not stop.
        """
        bounds = Bounds(self.timeout_seconds, sampling.max_tokens)
        try:
            async with aclosing(bounded(self._stream(messages, sampling), bounds)) as pieces:
                async for piece in pieces:
                    text = _NOT_TEXT.sub("", piece.text)
                    if text or piece.usage != Usage():
                        yield Piece(text, piece.usage)
        except (LanguageModelError, OverloadedError):
            raise
        except Exception as error:
            raise LanguageModelError(
                f"The language model {self.name} failed: {type(error).__name__}."
            ) from error

    async def complete(self, messages: Sequence[Message], sampling: Sampling) -> Completion:
        """Return the whole answer."""
        texts: list[str] = []
        usage = Usage()
        async with aclosing(self.stream(messages, sampling)) as pieces:
            async for piece in pieces:
                texts.append(piece.text)
                usage += piece.usage
        return Completion("".join(texts), usage)

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has, or a cautious estimate."""
        return int(len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN) + 1

    def check(self) -> str:
        """Return a line about the model that is ready; raise LanguageModelError when it is not."""
        return f"{self.name}, {self.context_tokens:,} tokens of context"

    async def close(self) -> None:  # noqa: B027 - most models hold nothing
        """Let go of connections and memory; closing twice is allowed."""
