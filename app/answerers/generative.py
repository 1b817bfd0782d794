"""A language model writes the answer; every sentence is checked against the sources it names."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from app.answerers.base import Account, Answerer, Material, Part
from app.llm.base import LanguageModel, Sampling, Usage
from app.pipeline.check import AnswerCheck, Tools
from app.pipeline.phrases import NOT_FOUND
from app.pipeline.prompt import Prompt, Reasoning, Room, build_prompt
from app.pipeline.reply import ReplyReader

THINKING_TOKENS = 512
"""What reasoning may take beyond the answer."""

ENDS = ("</answer>", "<document", "<question>")
"""Where an answer ends: a small model may go on by repeating its prompt."""


@dataclass(slots=True)
class _Spent:
    """What an answer has taken so far."""

    usage: Usage = field(default_factory=Usage)


class GenerativeAnswerer(Answerer):
    """Shows words as they come, but no reasoning, and no number that is in no source."""

    asks_judge = False

    def __init__(
        self,
        model: LanguageModel,
        tools: Tools,
        reasoning: Reasoning = "none",
    ) -> None:
        self.name = model.name
        self._model = model
        self._tools = tools
        self._reasoning = reasoning

    async def _parts(self, material: Material) -> AsyncGenerator[Part, None]:
        prompt, check = await self._tools.workers.run(self._prepared, material)
        spent = _Spent()
        async with aclosing(self._written(prompt, material, spent)) as texts:
            async for text in texts:
                for part in await check.take(text):
                    yield part
        for part in await check.close():
            yield part
        silence = NOT_FOUND[material.question.language]
        yield Account(
            self.name,
            confidence=check.best_support,
            usage=spent.usage,
            unsupported=tuple(text for text in check.unsupported if text != silence),
            lost_numbers=check.lost_numbers,
        )

    async def _written(
        self, prompt: Prompt, material: Material, spent: _Spent
    ) -> AsyncGenerator[str, None]:
        """Yield the words of the answer, without reasoning and tags."""
        reply = ReplyReader()
        sampling = self._sampling(material)
        async with aclosing(self._model.stream(prompt.messages, sampling)) as pieces:
            async for piece in pieces:
                spent.usage += piece.usage
                yield reply.feed(piece.text)
        yield reply.close()

    def _prepared(self, material: Material) -> tuple[Prompt, AnswerCheck]:
        """Return the prompt, and what reads the answer; both look through all sections."""
        prompt = self._prompt(material)
        return prompt, AnswerCheck(prompt.sections, material.question.text, self._tools)

    def _prompt(self, material: Material) -> Prompt:
        most = self._model.context_tokens - self._sampling(material).max_tokens
        room = Room(most, self._model.count_tokens)
        return build_prompt(
            material.question, material.sections, material.history, room, self._reasoning
        )

    def _sampling(self, material: Material) -> Sampling:
        sampling = material.sampling
        thinking = 0 if self._reasoning == "none" else THINKING_TOKENS
        return replace(
            sampling,
            max_tokens=sampling.max_tokens + thinking,
            stop=(*sampling.stop, *ENDS),
        )
