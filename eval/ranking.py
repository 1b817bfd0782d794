"""Questions go through the service's own steps; each leg ranks documents by their best section."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.pipeline.fuse import Hit, fuse
from app.pipeline.question import read_question
from app.pipeline.rerank import rerank
from app.pipeline.retrieve import join, retrieve
from app.pipeline.search import SearchOptions
from app.rerankers.base import Reranker
from eval.child_words import ChildWords
from eval.corpus import id_of
from eval.datasets import Query
from eval.imagining import Imagined
from index.base import NO_FILTERS, SearchIndex, Snapshot, Vector
from index.embedder.base import TextKind

DEPTH = 10
"""The longest ranking that a measure looks at."""
_QUERIES_AT_ONCE = 64

Rankings = dict[str, dict[str, list[str]]]
"""Leg → query → the ids of its best documents, best first."""


@dataclass(frozen=True, slots=True)
class Ranker:
    """The service's search without its HTTP.

    With ``child_words`` one more leg shows the search as it would be without parents, with
    ``imagined`` one shows it with HyDE.
    """

    index: SearchIndex
    options: SearchOptions
    reranker: Reranker | None = None
    child_words: ChildWords | None = None
    imagined: Imagined | None = None

    def rank(self, queries: Sequence[Query], progress: Callable[[int], None]) -> Rankings:
        """Return what each leg finds; ``progress`` is told how many queries were done."""
        rankings: Rankings = {}
        with self.index.snapshot() as snapshot:
            documents = _Documents(snapshot)
            for start in range(0, len(queries), _QUERIES_AT_ONCE):
                some = queries[start : start + _QUERIES_AT_ONCE]
                questions = [self._question(query) for query in some]
                vectors = self.index.embedder.encode(questions, TextKind.QUERY)
                for query, vector in zip(some, vectors, strict=True):
                    for leg, hits in self._legs(snapshot, query, vector).items():
                        rankings.setdefault(leg, {})[query.id] = documents.best(hits, vector)
                progress(len(some))
        return rankings

    def _question(self, query: Query) -> str:
        return read_question(query.text, self.options.question_characters).text

    def _legs(self, snapshot: Snapshot, query: Query, vector: Vector) -> dict[str, list[Hit]]:
        """Return what each leg finds, best first; a leg alone is a fusion with nothing."""
        question, weight = self._question(query), self.options.dense_weight
        found = retrieve(snapshot, question, vector, NO_FILTERS, self.options.candidates)
        legs = {
            "bm25": fuse(replace(found, dense=[]), dense_weight=0.0),
            "dense": fuse(replace(found, lexical=[]), dense_weight=1.0),
        }
        if self.child_words is not None:
            words = self.child_words.search(question, self.options.candidates)
            legs["children"] = fuse(replace(found, lexical=words), weight)
        legs["fused"] = fuse(found, weight)
        if self.reranker is not None:
            legs["reranked"] = self._reranked(snapshot, question, legs["fused"], vector)
        if self.imagined is not None:
            moved = self.imagined.moved(query, vector)
            near = retrieve(snapshot, question, moved, NO_FILTERS, self.options.candidates)
            legs["hyde"] = self._reranked(snapshot, question, fuse(near, weight), vector)
        return legs

    def _reranked(
        self, snapshot: Snapshot, question: str, hits: list[Hit], vector: Vector
    ) -> list[Hit]:
        """Return the hits in the order of the reranker, or as they are without one."""
        if self.reranker is None:
            return hits
        most = self.options.reranked
        passages = join(snapshot, hits[:most], vector, NO_FILTERS)
        read = rerank(self.reranker, question, passages, self.options.reranker_weight)
        return [passage.hit for passage in read] + hits[most:]


class _Documents:
    """The document of each parent, asked of the store once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._ids: dict[int, str] = {}

    def best(self, hits: Sequence[Hit], vector: Vector) -> list[str]:
        """Return the first documents that these parents belong to, each once."""
        unknown = [hit for hit in hits if hit.parent_id not in self._ids]
        for found in join(self._snapshot, unknown, vector, NO_FILTERS):
            self._ids[found.hit.parent_id] = id_of(found.passage.document.source)
        parents = [hit.parent_id for hit in hits if hit.parent_id in self._ids]
        return list(dict.fromkeys(self._ids[parent] for parent in parents))[:DEPTH]
