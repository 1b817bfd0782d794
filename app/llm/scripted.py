"""A language model for tests: says what it was told to say, word by word."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence

from app.llm.base import LanguageModel, Message, Piece, Sampling, Usage

Script = Callable[[Sequence[Message]], str]
_WORD = re.compile(r"\s*\S+\s*")


def _not_found(messages: Sequence[Message]) -> str:
    del messages
    return "<answer>The documents do not hold an answer to this question.</answer>"


class ScriptedModel(LanguageModel):
    """Needs no model and no network; remembers what it was asked and how much it said."""

    name = "scripted"

    def __init__(
        self,
        script: Script = _not_found,
        *,
        seconds_per_word: float = 0.0,
        context_tokens: int = 8_192,
    ) -> None:
        self._script = script
        self._seconds_per_word = seconds_per_word
        self.context_tokens = context_tokens
        self.prompts: list[Sequence[Message]] = []
        self.samplings: list[Sampling] = []
        self.words_said = 0

    async def _stream(
        self, messages: Sequence[Message], sampling: Sampling
    ) -> AsyncGenerator[Piece, None]:
        self.prompts.append(messages)
        self.samplings.append(sampling)
        words = _WORD.findall(self._script(messages))[: sampling.max_tokens]
        for word in words:
            await asyncio.sleep(self._seconds_per_word)
            self.words_said += 1
            yield Piece(word)
        asked = sum(len(message.content.split()) for message in messages)
        yield Piece(usage=Usage(asked, len(words)))
