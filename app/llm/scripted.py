"""A language model for tests: says what it was told to say, word by word."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence

from app.llm.base import LanguageModel, Message, Piece, Sampling, Usage
from app.llm.settings import LanguageModelSettings

Script = Callable[[Sequence[Message]], str]
USUAL_CONTEXT_TOKENS = 8_192
_WORD = re.compile(r"\s*\S+\s*")


def _not_found(messages: Sequence[Message]) -> str:
    del messages
    return "<answer>The documents do not hold an answer to this question.</answer>"


def build(settings: LanguageModelSettings) -> "ScriptedModel":
    """Return the model that finds nothing, whatever it is asked."""
    return ScriptedModel(context_tokens=settings.context_tokens or USUAL_CONTEXT_TOKENS)


class ScriptedModel(LanguageModel):
    """Needs no model and no network; remembers what it was asked and how much it said."""

    name = "scripted"

    def __init__(
        self,
        script: Script = _not_found,
        *,
        seconds_per_word: float = 0.0,
        context_tokens: int = USUAL_CONTEXT_TOKENS,
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
