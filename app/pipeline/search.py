"""Steps 2 to 5: embed → retrieve → fuse → rerank, and again with what a model imagines."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from app.concurrency import QueryBatcher, Vector, Workers
from app.errors import FeatureUnavailableError
from app.pipeline.fuse import fuse
from app.pipeline.hyde import Imagination, is_unsure
from app.pipeline.question import Question
from app.pipeline.rerank import rerank
from app.pipeline.retrieve import Found, join, retrieve
from app.rerankers.base import Reranker
from app.stopwatch import Stopwatch
from index.base import NO_FILTERS, SearchIndex
from index.models import Filters

Hyde = Literal["off", "on", "auto"]


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """The numbers of the steps; the settings of the same names explain them."""

    question_characters: int = 4_000
    candidates: int = 200
    dense_weight: float = 0.55
    reranked: int = 20
    reranker_weight: float = 0.7


@dataclass(frozen=True, slots=True)
class Target:
    """What is searched for: where to look, how many results, whether to imagine an answer."""

    question: Question
    filters: Filters = NO_FILTERS
    top_k: int = 5
    hyde: Hyde = "off"


@dataclass(frozen=True, slots=True)
class Search:
    """The steps with the parts that they need."""

    index: Callable[[], SearchIndex]
    workers: Workers
    batcher: QueryBatcher
    reranker: Reranker | None = None
    imagination: Imagination | None = None
    options: SearchOptions = field(default_factory=SearchOptions)

    async def find(self, target: Target, clock: Stopwatch) -> Found:
        """Return what both legs found, best first.

        Raises FeatureUnavailableError when HyDE is asked for and there is no language model.
        """
        with clock.step("embed"):
            vector = await self.batcher.encode(target.question.text)
        found = await self._expanded(target, vector, clock)
        if self.reranker is None:
            return found
        with clock.step("rerank"):
            most = self.options.reranked
            best, rest = found.passages[:most], found.passages[most:]
            best = await self.workers.run(
                rerank, self.reranker, target.question.text, best, self.options.reranker_weight
            )
        return replace(found, passages=[*best, *rest])

    async def _expanded(self, target: Target, vector: Vector, clock: Stopwatch) -> Found:
        """Search; where it is wanted, search again near what the documents might say."""
        if target.hyde == "on" and self.imagination is None:
            raise FeatureUnavailableError(
                "HyDE needs a language model. Leave hyde out, or set MUREUM_LLM_BACKEND."
            )
        if self.imagination is None or target.hyde == "off":
            return await self._timed(target, vector, clock)
        if target.hyde == "auto":
            found = await self._timed(target, vector, clock)
            if not is_unsure(found.cosines):
                return found
            texts = await self._imagined(self.imagination, target, clock)
        else:
            found, texts = await asyncio.gather(
                self._timed(target, vector, clock),
                self._imagined(self.imagination, target, clock),
            )
        if not texts:
            return found
        moved = await self.workers.run(self.imagination.move, vector, texts)
        again = await self._timed(target, moved, clock)
        return replace(again, vector=vector, imagined=tuple(texts))

    async def _imagined(
        self, imagination: Imagination, target: Target, clock: Stopwatch
    ) -> Sequence[str]:
        with clock.step("hyde"):
            return await imagination.texts(target.question)

    async def _timed(self, target: Target, vector: Vector, clock: Stopwatch) -> Found:
        with clock.step("retrieve"):
            return await self.workers.run(self._retrieve, target, vector)

    def _retrieve(self, target: Target, vector: Vector) -> Found:
        options = self.options
        with self.index().snapshot() as snapshot:
            legs = retrieve(
                snapshot, target.question.text, vector, target.filters, options.candidates
            )
            hits = fuse(legs, options.dense_weight, max(options.reranked, 2 * target.top_k))
            passages = join(snapshot, hits, vector)
        return Found(passages, [candidate.score for candidate in legs.dense], vector)
