"""Steps 2 to 5: embed → retrieve → fuse → fold → rerank, and again with what a model writes."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from app.concurrency import QueryBatcher, Vector, Workers
from app.errors import FeatureUnavailableError
from app.pipeline.fold import fold
from app.pipeline.fuse import Hit, Legs, fuse
from app.pipeline.hyde import Imagination, is_unsure
from app.pipeline.question import Question
from app.pipeline.rerank import rerank
from app.pipeline.retrieve import Found, FoundPassage, join, retrieve
from app.pipeline.variants import Variants, combine
from app.rerankers.base import Reranker
from app.stopwatch import Stopwatch
from index.base import NO_FILTERS, SearchIndex, Snapshot
from index.models import Filters

Hyde = Literal["off", "on", "auto"]
MultiQuery = Literal["off", "on"]


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """The numbers of the steps; the settings of the same names explain them."""

    question_characters: int = 4_000
    candidates: int = 200
    dense_weight: float = 0.55
    reranked: int = 20
    reranker_weight: float = 0.7
    fold_duplicates: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """What is searched for: where to look, how many results, and what a model helps with."""

    question: Question
    filters: Filters = NO_FILTERS
    top_k: int = 5
    hyde: Hyde = "off"
    multi_query: MultiQuery = "off"


@dataclass(frozen=True, slots=True)
class Search:
    """The steps with the parts that they need."""

    index: Callable[[], SearchIndex]
    workers: Workers
    batcher: QueryBatcher
    reranker: Reranker | None = None
    imagination: Imagination | None = None
    variants: Variants | None = None
    options: SearchOptions = field(default_factory=SearchOptions)

    async def find(self, target: Target, clock: Stopwatch) -> Found:
        """Return what both legs found, best first.

        Raises FeatureUnavailableError for HyDE or variants when there is no language model.
        """
        with clock.step("embed"):
            vector = await self.batcher.encode(target.question.text)
        found = await self._varied(target, vector, clock)
        if self.reranker is None:
            return found
        with clock.step("rerank"):
            most = self.options.reranked
            best, rest = found.passages[:most], found.passages[most:]
            best = await self.workers.run(
                rerank, self.reranker, target.question.text, best, self.options.reranker_weight
            )
        return replace(found, passages=[*best, *rest])

    async def _varied(self, target: Target, vector: Vector, clock: Stopwatch) -> Found:
        """Search; where it is wanted, search for the question in other words too."""
        if target.multi_query == "off":
            return await self._expanded(target, vector, clock)
        if self.variants is None:
            raise FeatureUnavailableError(
                "Searching in other words needs a language model. Leave multi_query out, or set"
                " MUREUM_LLM_BACKEND."
            )
        found, texts = await asyncio.gather(
            self._expanded(target, vector, clock), self._worded(self.variants, target, clock)
        )
        if not texts:
            return found
        with clock.step("embed"):
            vectors = await asyncio.gather(*map(self.batcher.encode, texts))
        with clock.step("retrieve"):
            return await self.workers.run(self._together, target, found, texts, vectors)

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

    async def _worded(self, variants: Variants, target: Target, clock: Stopwatch) -> Sequence[str]:
        with clock.step("multi_query"):
            return await variants.texts(target.question)

    async def _timed(self, target: Target, vector: Vector, clock: Stopwatch) -> Found:
        with clock.step("retrieve"):
            return await self.workers.run(self._retrieve, target, vector)

    def _retrieve(self, target: Target, vector: Vector) -> Found:
        all_of_them = target.multi_query == "on" or self.options.fold_duplicates
        most = None if all_of_them else self._most(target)
        with self.index().snapshot() as snapshot:
            legs = self._legs(snapshot, target, target.question.text, vector)
            ranking = fuse(legs, self.options.dense_weight, most)
            passages = self._joined(snapshot, target, ranking, vector)
        cosines = [candidate.score for candidate in legs.dense]
        return Found(passages, cosines, vector, ranking=ranking)

    def _together(
        self, target: Target, found: Found, texts: Sequence[str], vectors: Sequence[Vector]
    ) -> Found:
        """Return what the question and its variants find together."""
        with self.index().snapshot() as snapshot:
            rankings = [
                fuse(self._legs(snapshot, target, text, vector), self.options.dense_weight)
                for text, vector in zip(texts, vectors, strict=True)
            ]
            hits = combine(found.ranking, rankings)
            passages = self._joined(snapshot, target, hits, found.vector)
        return replace(found, passages=passages, queries=tuple(texts))

    def _joined(
        self, snapshot: Snapshot, target: Target, ranking: Sequence[Hit], vector: Vector
    ) -> list[FoundPassage]:
        """Return the best passages; more are looked at when many say the same."""
        most = self._most(target)
        batches = (
            join(snapshot, ranking[start : start + most], vector, target.filters)
            for start in range(0, len(ranking), most)
        )
        if not self.options.fold_duplicates:
            return next(batches, [])
        return fold(batches, most if self.reranker else target.top_k)

    def _legs(self, snapshot: Snapshot, target: Target, text: str, vector: Vector) -> Legs:
        return retrieve(snapshot, text, vector, target.filters, self.options.candidates)

    def _most(self, target: Target) -> int:
        return max(self.options.reranked, 2 * target.top_k)
