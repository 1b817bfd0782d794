"""A small index in memory: the second member of the contract, for tests; nothing is kept."""

import math
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from index.analyzer import Analyzer
from index.base import NO_FILTERS, SearchIndex, Snapshot, Vector, Writer
from index.embedder.base import Embedder, TextKind
from index.errors import DocumentNotFoundError, IndexLockedError
from index.identity import child_ids_of, document_id_of, text_hash_of
from index.models import (
    Candidate,
    Change,
    ChunkedDocument,
    DocumentPage,
    DocumentRecord,
    Failure,
    Filters,
    Finding,
    Fingerprint,
    IndexStatus,
    Passage,
)

_K1, _B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class _Child:
    passage: Passage
    terms: Counter[str]
    vector: Vector
    text_hash: bytes


@dataclass(frozen=True, slots=True)
class _State:
    """Everything at one revision; replaced, never changed."""

    revision: int = 0
    documents: Mapping[str, DocumentRecord] = field(default_factory=dict)
    fingerprints: Mapping[str, Fingerprint] = field(default_factory=dict)
    children: Mapping[int, _Child] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)


class InMemoryIndex(SearchIndex):
    """Exact and slow: every search looks at every child."""

    def __init__(self, embedder: Embedder, analyzer: Analyzer) -> None:
        self.embedder = embedder
        self.analyzer = analyzer
        self.state = _State()
        self.writing = threading.Lock()

    def snapshot(self) -> "InMemorySnapshot":
        """Return the published state."""
        return InMemorySnapshot(self.state, self.analyzer)

    def writer(self, *, rebuild: bool = False) -> "InMemoryWriter":
        """Return the writer; there is nothing to rebuild."""
        del rebuild
        if not self.writing.acquire(blocking=False):
            raise IndexLockedError("Another writer is open. Close it first.")
        return InMemoryWriter(self)

    def status(self) -> IndexStatus:
        """Return counts; the followers are never late."""
        state = self.state
        return IndexStatus(
            revision=state.revision,
            lexical_revision=state.revision,
            dense_revision=state.revision,
            documents=len(state.documents),
            parents=sum(record.parents for record in state.documents.values()),
            children=len(state.children),
            size_bytes=0,
            embedder=self.embedder.name,
            analyzer=self.analyzer.name,
            dimension=self.embedder.dimension,
        )

    def fingerprints(self) -> Mapping[str, Fingerprint]:
        """Return what was last read of every document."""
        return dict(self.state.fingerprints)

    def failures(self) -> list[Failure]:
        """Return the files that failed."""
        return [self.state.failures[source] for source in sorted(self.state.failures)]

    def examine(self) -> list[Finding]:
        """Return that there is nothing that could be broken."""
        return [Finding("memory", problem=False, message="nothing is kept on disk")]

    def close(self) -> None:
        """Keep the state: an index in memory can be read on."""


class InMemorySnapshot(Snapshot):
    """Reads one state."""

    def __init__(self, state: _State, analyzer: Analyzer) -> None:
        self._state = state
        self._analyzer = analyzer

    @property
    def revision(self) -> int:
        """Return the revision of the state."""
        return self._state.revision

    def search_lexical(
        self, query: str, limit: int, filters: Filters = NO_FILTERS
    ) -> list[Candidate]:
        """Return the best children by BM25 in Lucene's form."""
        every = self._state.children
        average = sum(child.terms.total() for child in every.values()) / max(1, len(every))
        scores: Counter[int] = Counter()
        for term in set(self._analyzer.terms(query)):
            holders = [i for i, child in every.items() if term in child.terms]
            rarity = math.log(1 + (len(every) - len(holders) + 0.5) / (len(holders) + 0.5))
            for child_id in holders:
                terms = every[child_id].terms
                norm = _K1 * (1 - _B + _B * terms.total() / average)
                scores[child_id] += rarity * terms[term] / (terms[term] + norm)  # type: ignore[assignment]
        return self._best(dict(scores), limit, filters)

    def search_dense(
        self, vector: Vector, limit: int, filters: Filters = NO_FILTERS
    ) -> list[Candidate]:
        """Return the best children by cosine."""
        every = self._state.children
        scores = {child_id: float(child.vector @ vector) for child_id, child in every.items()}
        return self._best(scores, limit, filters)

    def passages(self, child_ids: Sequence[int]) -> dict[int, Passage]:
        """Return what is stored under these ids."""
        every = self._state.children
        return {i: every[i].passage for i in child_ids if i in every}

    def document(self, document_id: str) -> DocumentRecord:
        """Return one document."""
        for record in self._state.documents.values():
            if record.document_id == document_id:
                return record
        raise DocumentNotFoundError(f"No document has the id {document_id!r}.")

    def documents(
        self, *, limit: int, offset: int = 0, filters: Filters = NO_FILTERS
    ) -> DocumentPage:
        """Return documents in the order of their sources."""
        records = [r for _, r in sorted(self._state.documents.items()) if _passes(r, filters)]
        return DocumentPage(tuple(records[offset : offset + limit]), len(records))

    def text(self, document_id: str, start: int = 0, end: int | None = None) -> str:
        """Return the text in ``[start:end]``."""
        self.document(document_id)
        passages = [
            child.passage
            for child in self._state.children.values()
            if child.passage.document.document_id == document_id
        ]
        whole = "".join(p.text for p in sorted(passages, key=lambda p: p.start))
        return whole[max(0, start) : end]

    def close(self) -> None:
        """Hold nothing."""

    def _best(self, scores: Mapping[int, float], limit: int, filters: Filters) -> list[Candidate]:
        every = self._state.children
        passing = [
            Candidate(child_id, score)
            for child_id, score in scores.items()
            if _passes(every[child_id].passage.document, filters)
        ]
        return sorted(passing, key=lambda c: (-c.score, c.child_id))[: max(0, limit)]


class InMemoryWriter(Writer):
    """Collects changes in a copy and shows them all at once."""

    def __init__(self, index: InMemoryIndex) -> None:
        self._index = index
        self._state = index.state
        self._open = True

    def put(self, documents: Sequence[ChunkedDocument]) -> list[Change]:
        """Store documents."""
        vectors = {child.text_hash: child.vector for child in self._state.children.values()}
        return [self._put(document, vectors) for document in documents]

    def delete(self, sources: Iterable[str]) -> int:
        """Remove documents."""
        return sum(self._drop(source) for source in sources)

    def record_failures(self, failures: Sequence[Failure]) -> None:
        """Remember files that failed."""
        known = {**self._state.failures, **{failure.source: failure for failure in failures}}
        self._state = _changed(self._state, failures=known)

    def publish(self) -> int:
        """Show the copy to readers."""
        self._index.state = self._state
        return self._state.revision

    def close(self) -> None:
        """Let another writer in."""
        if self._open:
            self._open = False
            self._index.writing.release()

    def _put(self, document: ChunkedDocument, vectors: dict[bytes, Vector]) -> Change:
        document_id = document_id_of(document.source)
        old = {
            child_id
            for child_id, child in self._state.children.items()
            if child.passage.document.document_id == document_id
        }
        self._drop(document.source)
        new, embedded = self._children(document, document_id, vectors)
        record = _record(document, document_id)
        self._state = _changed(
            self._state,
            documents={**self._state.documents, document.source: record},
            fingerprints={
                **self._state.fingerprints,
                document.source: Fingerprint(document.content_hash, document.recipe, document.tags),
            },
            children={**self._state.children, **new},
        )
        kept = len(old & set(new))
        return Change(document_id, len(new) - kept, kept, len(old) - kept, embedded)

    def _children(
        self, document: ChunkedDocument, document_id: str, vectors: dict[bytes, Vector]
    ) -> tuple[dict[int, _Child], int]:
        record = _record(document, document_id)
        placed = [(parent, child) for parent in document.parents for child in parent.children]
        hashes = [text_hash_of(child) for _, child in placed]
        texts = [child.indexed_text for _, child in placed]
        fresh = {h: text for h, text in zip(hashes, texts, strict=True) if h not in vectors}
        made = self._index.embedder.encode(list(fresh.values()), TextKind.PASSAGE)
        vectors.update(zip(fresh, made, strict=True))
        ids = child_ids_of(document_id, hashes)
        terms = self._index.analyzer.terms_of(texts)
        children = {}
        for number, (parent, child) in enumerate(placed):
            passage = Passage(
                child_id=ids[number],
                document=record,
                start=child.start,
                end=child.end,
                text=child.text,
                parent_start=parent.start,
                parent_end=parent.end,
                parent_text="".join(sibling.text for sibling in parent.children),
                heading=parent.heading,
            )
            vector = vectors[hashes[number]].astype(np.float16).astype(np.float32)
            children[ids[number]] = _Child(passage, Counter(terms[number]), vector, hashes[number])
        return children, len(fresh)

    def _drop(self, source: str) -> bool:
        record = self._state.documents.get(source)
        self._state = _changed(
            self._state,
            documents={s: r for s, r in self._state.documents.items() if s != source},
            fingerprints={s: f for s, f in self._state.fingerprints.items() if s != source},
            children={
                i: child
                for i, child in self._state.children.items()
                if child.passage.document.source != source
            },
            failures={s: f for s, f in self._state.failures.items() if s != source},
        )
        return record is not None


def _changed(state: _State, **parts: Mapping) -> _State:  # type: ignore[type-arg]
    kept = {name: getattr(state, name) for name in _State.__slots__ if name != "revision"}
    return _State(revision=state.revision + 1, **{**kept, **parts})


def _record(document: ChunkedDocument, document_id: str) -> DocumentRecord:
    return DocumentRecord(
        document_id=document_id,
        source=document.source,
        title=document.title,
        media_type=document.media_type,
        content_hash=document.content_hash,
        length=document.parents[-1].end if document.parents else 0,
        page_starts=document.page_starts,
        tags=document.tags,
        metadata=document.metadata,
        size_bytes=document.size_bytes,
        modified_at=document.modified_at,
        ingested_at=datetime.now(UTC),
        parents=len(document.parents),
        children=sum(len(parent.children) for parent in document.parents),
    )


def _passes(record: DocumentRecord, filters: Filters) -> bool:
    return (
        (filters.source is None or record.source.startswith(filters.source))
        and (filters.document_ids is None or record.document_id in filters.document_ids)
        and filters.tags <= record.tags
    )
