"""Questions go through the service's own steps; each leg ranks documents by their best section."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.pipeline.fuse import Hit, fuse
from app.pipeline.question import read_question
from app.pipeline.rerank import rerank
from app.pipeline.retrieve import join, retrieve
from app.pipeline.search import SearchOptions
from app.rerankers.base import Reranker
from eval.corpus import id_of
from eval.datasets import Query
from index.base import NO_FILTERS, SearchIndex, Snapshot, Vector
from index.embedder.base import TextKind

DEPTH = 10
"""The longest ranking that a measure looks at."""
_QUERIES_AT_ONCE = 64

Rankings = dict[str, dict[str, list[str]]]
"""Leg → query → the ids of its best documents, best first."""


@dataclass(frozen=True, slots=True)
class Ranker:
    """The service's search without its HTTP."""

    index: SearchIndex
    options: SearchOptions
    reranker: Reranker | None = None

    def rank(self, queries: Sequence[Query], progress: Callable[[int], None]) -> Rankings:
        """Return what each leg finds; ``progress`` is told how many queries were done."""
        rankings: Rankings = {}
        with self.index.snapshot() as snapshot:
            documents = _Documents(snapshot)
            for start in range(0, len(queries), _QUERIES_AT_ONCE):
                some = queries[start : start + _QUERIES_AT_ONCE]
                questions = [self._question(query) for query in some]
                vectors = self.index.embedder.encode(questions, TextKind.QUERY)
                for query, question, vector in zip(some, questions, vectors, strict=True):
                    for leg, hits in self._legs(snapshot, question, vector).items():
                        rankings.setdefault(leg, {})[query.id] = documents.best(hits, vector)
                progress(len(some))
        return rankings

    def _question(self, query: Query) -> str:
        return read_question(query.text, self.options.question_characters).text

    def _legs(self, snapshot: Snapshot, question: str, vector: Vector) -> dict[str, list[Hit]]:
        """Return what each leg finds, best first; a leg alone is a fusion with nothing."""
        found = retrieve(snapshot, question, vector, NO_FILTERS, self.options.candidates)
        legs = {
            "bm25": fuse(replace(found, dense=[]), dense_weight=0.0),
            "dense": fuse(replace(found, lexical=[]), dense_weight=1.0),
            "fused": fuse(found, self.options.dense_weight),
        }
        if self.reranker is not None:
            most = self.options.reranked
            passages = join(snapshot, legs["fused"][:most], vector)
            read = rerank(self.reranker, question, passages, self.options.reranker_weight)
            legs["reranked"] = [passage.hit for passage in read] + legs["fused"][most:]
        return legs


class _Documents:
    """The document of each parent, asked of the store once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._ids: dict[int, str] = {}

    def best(self, hits: Sequence[Hit], vector: Vector) -> list[str]:
        """Return the first documents that these parents belong to, each once."""
        unknown = [hit for hit in hits if hit.parent_id not in self._ids]
        for found in join(self._snapshot, unknown, vector):
            self._ids[found.hit.parent_id] = id_of(found.passage.document.source)
        parents = [hit.parent_id for hit in hits if hit.parent_id in self._ids]
        return list(dict.fromkeys(self._ids[parent] for parent in parents))[:DEPTH]
