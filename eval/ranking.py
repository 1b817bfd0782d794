"""Questions go through the service's own steps; each leg ranks documents by their best child."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.pipeline.answer import PipelineOptions
from app.pipeline.fuse import fuse
from app.pipeline.question import read_question
from app.pipeline.rerank import rerank
from app.pipeline.retrieve import join, retrieve
from app.rerankers.base import Reranker
from eval.corpus import id_of
from eval.datasets import Query
from index.base import NO_FILTERS, SearchIndex, Snapshot, Vector
from index.embedder.base import TextKind
from index.models import Candidate

DEPTH = 10
"""The longest ranking that a measure looks at."""
_QUERIES_AT_ONCE = 64

Rankings = dict[str, dict[str, list[str]]]
"""Leg → query → the ids of its best documents, best first."""


@dataclass(frozen=True, slots=True)
class Ranker:
    """The service's search without its HTTP."""

    index: SearchIndex
    options: PipelineOptions
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
                    for leg, children in self._legs(snapshot, question, vector).items():
                        rankings.setdefault(leg, {})[query.id] = documents.best(children)
                progress(len(some))
        return rankings

    def _question(self, query: Query) -> str:
        return read_question(query.text, self.options.question_characters).text

    def _legs(self, snapshot: Snapshot, question: str, vector: Vector) -> dict[str, list[int]]:
        """Return the ids of the children that each leg finds, best first."""
        found = retrieve(snapshot, question, vector, NO_FILTERS, self.options.candidates)
        hits = fuse(found.lexical, found.dense, self.options.dense_weight, found.parents)
        legs = {
            "bm25": _children(found.lexical),
            "dense": _children(found.dense),
            "fused": [hit.child_id for hit in hits],
        }
        if self.reranker is not None:
            most = self.options.reranked
            passages = join(snapshot, hits[:most])
            read = rerank(self.reranker, question, passages, self.options.reranker_weight)
            legs["reranked"] = [passage.hit.child_id for passage in read] + legs["fused"][most:]
        return legs


def _children(leg: Sequence[Candidate]) -> list[int]:
    """Return ids by score; equal scores are ordered by id, as the fusion does it.

    Otherwise their order, and so the measures, would hang on the order in which an index grew.
    """
    ordered = sorted(leg, key=lambda candidate: (-candidate.score, candidate.child_id))
    return [candidate.child_id for candidate in ordered]


class _Documents:
    """The document of each child, asked of the store once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._ids: dict[int, str] = {}

    def best(self, children: Sequence[int]) -> list[str]:
        """Return the first documents that these children belong to, each once."""
        self._learn(child for child in children if child not in self._ids)
        documents = dict.fromkeys(self._ids[child] for child in children if child in self._ids)
        return list(documents)[:DEPTH]

    def _learn(self, children: Iterable[int]) -> None:
        for child, passage in self._snapshot.passages(list(children)).items():
            self._ids[child] = id_of(passage.document.source)
