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

ENOUGH_UNNAMED = 0.75
"""A source that a sentence does not name must carry it this well to be added."""

ENDS = ("</answer>", "<document", "<question>")
"""Where an answer ends: a small model may go on by repeating its prompt."""


@dataclass(slots=True)
class _Report:
    """What is gathered while an answer is written."""

    usage: Usage = field(default_factory=Usage)
    unsupported: list[str] = field(default_factory=list)
    best_support: float = 0.0

    def hear(self, statements: Sequence[Statement]) -> None:
        """Note how well the best statement so far is carried."""
        supports = [statement.support for statement in statements]
        self.best_support = max([self.best_support, *supports])


class GenerativeAnswerer(Answerer):
    """Shows words as they come, but no reasoning, and no number that is in no source."""

    asks_judge = False

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
                for item in claims.feed(text):
                    for part in await self._told(item, prompt, claims, report):
                        yield part
        for item in claims.close():
            for part in await self._told(item, prompt, claims, report):
                yield part
        silence = NOT_FOUND[material.question.language]
        yield Account(
            self.name,
            confidence=report.best_support,
            usage=report.usage,
            unsupported=tuple(text for text in report.unsupported if text != silence),
            lost_numbers=tuple(claims.lost_numbers),
        )

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
            stop=(*sampling.stop, *ENDS),
        )

    async def _told(
        self, item: str | Claim, prompt: Prompt, claims: ClaimReader, report: _Report
    ) -> list[Part]:
        """Return words as they are, and for a sentence its statements; note one without support."""
        if isinstance(item, str):
            return [Delta(item)]
        statements = await self._workers.run(self._grounded, item, prompt)
        report.hear(statements)
        if any(statement.support >= LEAST_SUPPORT for statement in statements):
            return list(statements)
        found = await self._workers.run(self._nearest, item, prompt)
        if found is None:
            report.unsupported.append(item.text)
            return list(statements)
        report.hear([found])
        added = replace(found, number=claims.next_mark())
        return [*statements, Delta(f" [{added.number}]"), added]

    def _grounded(self, claim: Claim, prompt: Prompt) -> list[Statement]:
        """Return a statement for each source that a sentence names."""
        grounds = self._grounds()
        return [
            _statement(grounds, claim, section, prompt, number) for number, section in claim.sources
        ]

    def _nearest(self, claim: Claim, prompt: Prompt) -> Statement | None:
        """Return a statement for the source that carries a sentence well, though it names none."""
        grounds = self._grounds()
        every = [_statement(grounds, claim, n, prompt, 0) for n in range(len(prompt.sections))]
        best = max(every, key=lambda statement: statement.support, default=None)
        return best if best is not None and best.support >= ENOUGH_UNNAMED else None

    def _grounds(self) -> Grounds:
        index = self._index()
        return Grounds(index.analyzer, index.embedder)


def _statement(
    grounds: Grounds, claim: Claim, section: int, prompt: Prompt, number: int
) -> Statement:
    found = grounds.find(claim.text, prompt.sections[section])
    return Statement(number, claim.text, section, found.start, found.end, found.support)
