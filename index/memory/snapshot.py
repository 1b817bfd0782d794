"""Reading one state: every search looks at everything."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from index.analyzer import Analyzer
from index.base import NO_FILTERS, Snapshot, Vector
from index.errors import DocumentNotFoundError
from index.memory.state import State, passes
from index.models import (
    Candidate,
    DocumentPage,
    DocumentRecord,
    Filters,
    Passage,
    SimilarDocument,
)
from index.similarity import original_first, similar_to

_K1, _B = 1.2, 0.75


class InMemorySnapshot(Snapshot):
    """Reads one state."""

    def __init__(self, state: State, analyzer: Analyzer) -> None:
        self._state = state
        self._analyzer = analyzer

    @property
    def revision(self) -> int:
        """Return the revision of the state."""
        return self._state.revision

    def search_lexical(
        self, query: str, limit: int, filters: Filters = NO_FILTERS
    ) -> list[Candidate]:
        """Return the best parents by BM25 in Lucene's form."""
        every = self._state.parents
        average = sum(parent.terms.total() for parent in every.values()) / max(1, len(every))
        scores: Counter[int] = Counter()
        for term in set(self._analyzer.terms(query)):
            holders = [i for i, parent in every.items() if term in parent.terms]
            rarity = math.log(1 + (len(every) - len(holders) + 0.5) / (len(holders) + 0.5))
            for parent_id in holders:
                terms = every[parent_id].terms
                norm = _K1 * (1 - _B + _B * terms.total() / average)
                scores[parent_id] += rarity * terms[term] / (terms[term] + norm)  # type: ignore[assignment]
        documents = {i: parent.document for i, parent in every.items()}
        return _best(dict(scores), documents, limit, filters)

    def search_dense(
        self, vector: Vector, limit: int, filters: Filters = NO_FILTERS
    ) -> list[Candidate]:
        """Return the best children by cosine."""
        every = self._state.children
        scores = {child_id: float(child.vector @ vector) for child_id, child in every.items()}
        documents = {i: child.passage.document for i, child in every.items()}
        return _best(scores, documents, limit, filters)

    def parents(self, child_ids: Sequence[int]) -> dict[int, int]:
        """Return the id of each child's parent."""
        return {i: passage.parent_id for i, passage in self.passages(child_ids).items()}

    def nearest_children(self, parent_ids: Sequence[int], vector: Vector) -> dict[int, Candidate]:
        """Return, by parent, its child with the best cosine."""
        children = self._state.children
        best: dict[int, Candidate] = {}
        for hit in self.search_dense(vector, len(children)):
            parent_id = children[hit.chunk_id].passage.parent_id
            if parent_id in parent_ids:
                best.setdefault(parent_id, hit)
        return best

    def passages(
        self, child_ids: Sequence[int], filters: Filters = NO_FILTERS
    ) -> dict[int, Passage]:
        """Return what is stored under these ids."""
        every = self._state.children
        found = {i: every[i].passage for i in child_ids if i in every}
        return {i: passage for i, passage in found.items() if passes(passage.document, filters)}

    def document(self, document_id: str, filters: Filters = NO_FILTERS) -> DocumentRecord:
        """Return one document."""
        for record in self._state.documents.values():
            if record.document_id == document_id and passes(record, filters):
                return record
        raise DocumentNotFoundError(f"No document has the id {document_id!r}.")

    def documents(
        self, *, limit: int, offset: int = 0, filters: Filters = NO_FILTERS
    ) -> DocumentPage:
        """Return documents in the order of their sources."""
        records = [r for _, r in sorted(self._state.documents.items()) if passes(r, filters)]
        return DocumentPage(tuple(records[offset : offset + limit]), len(records))

    def originals(
        self, documents: Sequence[DocumentRecord], filters: Filters = NO_FILTERS
    ) -> dict[str, str]:
        """Return the sources that copies among these documents were likely copied from."""
        first: dict[str, str] = {}
        for source in sorted(self._state.documents, key=original_first):
            if passes(self._state.documents[source], filters):
                first.setdefault(self._state.documents[source].content_hash, source)
        return {
            document.document_id: first[document.content_hash]
            for document in documents
            if first.get(document.content_hash, document.source) != document.source
        }

    def similar(self, document_id: str, filters: Filters = NO_FILTERS) -> list[SimilarDocument]:
        """Return the documents that are nearly the same as this one."""
        document, profiles = self.document(document_id, filters), self._state.profiles
        seen = [s for s, record in self._state.documents.items() if passes(record, filters)]
        return similar_to(profiles[document.source], [profiles[source] for source in seen])

    def text(
        self,
        document_id: str,
        start: int = 0,
        end: int | None = None,
        filters: Filters = NO_FILTERS,
    ) -> str:
        """Return the text in ``[start:end]``."""
        self.document(document_id, filters)
        passages = [
            child.passage
            for child in self._state.children.values()
            if child.passage.document.document_id == document_id
        ]
        whole = "".join(p.text for p in sorted(passages, key=lambda p: p.start))
        return whole[max(0, start) : end]

    def close(self) -> None:
        """Hold nothing."""


def _best(
    scores: Mapping[int, float],
    documents: Mapping[int, DocumentRecord],
    limit: int,
    filters: Filters,
) -> list[Candidate]:
    passing = [
        Candidate(chunk_id, score)
        for chunk_id, score in scores.items()
        if passes(documents[chunk_id], filters)
    ]
    return sorted(passing, key=lambda c: (-c.score, c.chunk_id))[: max(0, limit)]
