"""Steps 9 and 10 for a generated answer: words go through, each sentence gets its evidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.answerers.base import LEAST_SUPPORT, Delta, Part, Statement
from app.concurrency import QueryBatcher, Vector, Workers
from app.pipeline.claims import Claim, ClaimReader
from app.pipeline.ground import Grounds, is_foreign
from app.pipeline.widen import Section
from index.base import SearchIndex

ENOUGH_UNNAMED = 0.75
"""A source that a sentence does not name must carry it this well to be added."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What checking needs of the service."""

    index: Callable[[], SearchIndex]
    workers: Workers
    batcher: QueryBatcher


class AnswerCheck:
    """Takes one answer as it is written; gives back words and statements in their order."""

    def __init__(
        self,
        sections: Sequence[Section],
        question: str,
        tools: Tools,
    ) -> None:
        self._sections = sections
        self._claims = ClaimReader([s.passage.parent_text for s in sections], question)
        self._tools = tools
        self._grounds: Grounds | None = None
        self.unsupported: list[str] = []
        self.best_support = 0.0

    @property
    def lost_numbers(self) -> tuple[str, ...]:
        """Return the numbers that no source holds and that were left out."""
        return tuple(self._claims.lost_numbers)

    async def take(self, text: str) -> list[Part]:
        """Return what can be told when this text has arrived."""
        return await self._told(self._claims.feed(text))

    async def close(self) -> list[Part]:
        """Return the rest."""
        return await self._told(self._claims.close())

    async def _told(self, items: Sequence[str | Claim]) -> list[Part]:
        told: list[Part] = []
        for item in items:
            if isinstance(item, str):
                told.append(Delta(item))
            else:
                vector = await self._vector(item)
                told += await self._tools.workers.run(self._checked, item, vector)
        return told

    async def _vector(self, claim: Claim) -> Vector | None:
        """Return the vector of a sentence that names a source in the other language."""
        named = [self._sections[section] for _, section in claim.sources]
        if not any(is_foreign(claim.text, section) for section in named):
            return None
        return await self._tools.batcher.encode(claim.text)

    def _checked(self, claim: Claim, vector: Vector | None) -> list[Part]:
        """Return the statements of a sentence; note one that nothing carries."""
        named = [
            self._statement(claim, section, number, vector) for number, section in claim.sources
        ]
        parts: list[Part] = list(named)
        if not any(statement.support >= LEAST_SUPPORT for statement in named):
            unnamed = self._unnamed(claim)
            if unnamed is None:
                self.unsupported.append(claim.text)
            else:
                named.append(unnamed)
                parts += [Delta(f" [{unnamed.number}]"), unnamed]
        self.best_support = max([self.best_support, *(s.support for s in named)])
        return parts

    def _unnamed(self, claim: Claim) -> Statement | None:
        """Return a statement for the source that carries a sentence well, though it names none."""
        near = [
            n for n, section in enumerate(self._sections) if not is_foreign(claim.text, section)
        ]
        every = [self._statement(claim, place, 0, None) for place in near]
        best = max(every, key=lambda statement: statement.support, default=None)
        if best is None or best.support < ENOUGH_UNNAMED:
            return None
        number = self._claims.next_mark()
        return Statement(number, best.text, best.section, best.start, best.end, best.support)

    def _statement(
        self, claim: Claim, section: int, number: int, vector: Vector | None
    ) -> Statement:
        self._grounds = self._grounds or Grounds(self._tools.index())
        found = self._grounds.find(claim.text, self._sections[section], vector)
        return Statement(number, claim.text, section, found.start, found.end, found.support)
