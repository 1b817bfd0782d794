"""A language model writes the answer; every sentence is checked against the sources it names."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from app.answerers.base import (
    LEAST_SUPPORT,
    Account,
    Answerer,
    Delta,
    Material,
    Part,
    Statement,
)
from app.concurrency import Workers
from app.llm.base import LanguageModel, Sampling, Usage
from app.pipeline.claims import Claim, ClaimReader
from app.pipeline.ground import Grounds
from app.pipeline.phrases import NOT_FOUND
from app.pipeline.prompt import Prompt, Reasoning, Room, build_prompt
from app.pipeline.reply import ReplyReader
from index.base import SearchIndex

THINKING_TOKENS = 512
"""What reasoning may take beyond the answer."""


@dataclass(slots=True)
class _Report:
    """What is gathered while an answer is written."""

    usage: Usage = field(default_factory=Usage)
    unsupported: list[str] = field(default_factory=list)


class GenerativeAnswerer(Answerer):
    """Shows words as they come, but no reasoning, and no number that is in no source."""

    judges = True

    def __init__(
        self,
        model: LanguageModel,
        index: Callable[[], SearchIndex],
        workers: Workers,
        reasoning: Reasoning = "none",
    ) -> None:
        self.name = model.name
        self._model = model
        self._index = index
        self._workers = workers
        self._reasoning = reasoning

    async def _parts(self, material: Material) -> AsyncGenerator[Part, None]:
        prompt = await self._workers.run(self._prompt, material)
        claims = ClaimReader(
            [section.passage.parent_text for section in prompt.sections], material.question.text
        )
        report = _Report()
        async with aclosing(self._written(prompt, material, report)) as texts:
            async for text in texts:
                if shown := claims.feed(text):
                    yield Delta(shown)
                for statement in await self._checked(claims.take_claims(), prompt, report):
                    yield statement
        if shown := claims.close():
            yield Delta(shown)
        for statement in await self._checked(claims.take_claims(), prompt, report):
            yield statement
        silence = NOT_FOUND[material.question.language]
        unsupported = tuple(text for text in report.unsupported if text != silence)
        yield Account(self.name, report.usage, unsupported, tuple(claims.lost_numbers))

    async def _written(
        self, prompt: Prompt, material: Material, report: _Report
    ) -> AsyncGenerator[str, None]:
        """Yield the words of the answer, without reasoning and tags."""
        reply = ReplyReader()
        sampling = self._sampling(material)
        async with aclosing(self._model.stream(prompt.messages, sampling)) as pieces:
            async for piece in pieces:
                report.usage += piece.usage
                yield reply.feed(piece.text)
        yield reply.close()

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
            stop=(*sampling.stop, "</answer>"),
        )

    async def _checked(
        self, claims: Sequence[Claim], prompt: Prompt, report: _Report
    ) -> list[Statement]:
        """Return a statement for each source that a sentence names; note those without support."""
        found: list[Statement] = []
        for claim in claims:
            statements = await self._workers.run(self._grounded, claim, prompt)
            if not any(statement.support >= LEAST_SUPPORT for statement in statements):
                report.unsupported.append(claim.text)
            found += statements
        return found

    def _grounded(self, claim: Claim, prompt: Prompt) -> list[Statement]:
        index = self._index()
        grounds = Grounds(index.analyzer, index.embedder)
        statements = []
        for number, section in claim.sources:
            ground = grounds.find(claim.text, prompt.sections[section])
            statements.append(
                Statement(number, claim.text, section, ground.start, ground.end, ground.support)
            )
        return statements
