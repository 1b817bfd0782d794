"""BM25 over children, where the service searches whole parents: what a search without them finds.

No index holds it: it is made in memory, by bm25s, from the same terms and with the same formula.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.corpus import chunked
from eval.datasets import CorpusDocument
from index.analyzer import Analyzer
from index.identity import document_id_of, parent_ids_of, text_hash_of
from index.models import Candidate
from index.plugins import import_optional
from ingest.chunking import ChunkSizes

K1, B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class ChildWords:
    """The children of a set's documents; ``parents`` has the id of each one's parent."""

    scorer: Any
    parents: NDArray[np.int64]
    analyzer: Analyzer

    @staticmethod
    def of(
        documents: Sequence[CorpusDocument],
        sizes: ChunkSizes,
        analyzer: Analyzer,
        progress: Callable[[int], None],
    ) -> "ChildWords":
        """Return the children of these documents, cut as the index has them."""
        parents: list[int] = []
        terms: list[list[str]] = []
        for document in documents:
            cut = chunked(document, sizes)
            ids = parent_ids_of(document_id_of(cut.source), map(text_hash_of, cut.parents))
            for parent_id, parent in zip(ids, cut.parents, strict=True):
                parents += [parent_id] * len(parent.children)
                terms += analyzer.terms_of([child.indexed_text for child in parent.children])
            progress(1)
        scorer = import_optional("bm25s").BM25(method="lucene", k1=K1, b=B)
        scorer.index(terms, show_progress=False)
        return ChildWords(scorer, np.array(parents, dtype=np.int64), analyzer)

    def search(self, question: str, limit: int) -> list[Candidate]:
        """Return the parents of the best ``limit`` children, each with its best one's score."""
        terms = self.analyzer.terms(question)
        if not terms:
            return []
        scores = np.asarray(self.scorer.get_scores(terms), dtype=np.float64)
        order = np.argsort(-scores, kind="stable")[:limit]
        best: dict[int, float] = {}
        for place in order[scores[order] > 0]:
            best.setdefault(int(self.parents[place]), float(scores[place]))
        return [Candidate(parent, score) for parent, score in best.items()]
