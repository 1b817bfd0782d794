"""Writing: changes are collected in a copy of the state and shown all at once."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from index.base import SearchIndex, Vector, Writer
from index.embedder.base import TextKind
from index.identity import child_ids_of, document_id_of, parent_ids_of, text_hash_of
from index.memory.state import Child, Parent, State, changed, regrouped
from index.models import (
    Change,
    ChunkedDocument,
    DocumentRecord,
    Failure,
    Fingerprint,
    Passage,
)
from index.similarity import profile_of


class InMemoryWriter(Writer):
    """Collects changes in a copy and shows them all at once."""

    def __init__(
        self,
        state: State,
        parts: SearchIndex,
        show: Callable[[State], None],
        release: Callable[[], None],
    ) -> None:
        self._state = state
        self._embedder = parts.embedder
        self._analyzer = parts.analyzer
        self._show = show
        self._release = release
        self._open = True

    def put(self, documents: Sequence[ChunkedDocument]) -> list[Change]:
        """Store documents."""
        vectors = {child.text_hash: child.vector for child in self._state.children.values()}
        return [self._put(document, vectors) for document in documents]

    def regroup(self, groups: Mapping[str, frozenset[str]]) -> int:
        """Let documents carry other groups."""
        known = self._state.documents
        records = {s: replace(known[s], groups=g) for s, g in groups.items() if s in known}
        if records:
            self._state = regrouped(self._state, records)
        return len(records)

    def delete(self, sources: Iterable[str]) -> int:
        """Remove documents."""
        return sum(self._drop(source) for source in sources)

    def record_failures(self, failures: Sequence[Failure]) -> None:
        """Remember files that failed."""
        known = {**self._state.failures, **{failure.source: failure for failure in failures}}
        self._state = changed(self._state, failures=known)

    def publish(self) -> int:
        """Show the copy to readers."""
        self._show(self._state)
        return self._state.revision

    def close(self) -> None:
        """Let another writer in."""
        if self._open:
            self._open = False
            self._release()

    def _put(self, document: ChunkedDocument, vectors: dict[bytes, Vector]) -> Change:
        document_id = document_id_of(document.source)
        old = {
            child_id
            for child_id, child in self._state.children.items()
            if child.passage.document.document_id == document_id
        }
        self._drop(document.source)
        record = _record(document, document_id)
        parents = self._parents(document, record)
        new, embedded = self._children(document, record, list(parents), vectors)
        self._state = changed(
            self._state,
            documents={**self._state.documents, document.source: record},
            fingerprints={
                **self._state.fingerprints,
                document.source: Fingerprint(
                    document.content_hash, document.recipe, document.tags, document.groups
                ),
            },
            profiles={**self._state.profiles, document.source: profile_of(document)},
            parents={**self._state.parents, **parents},
            children={**self._state.children, **new},
        )
        kept = len(old & set(new))
        return Change(document_id, len(new) - kept, kept, len(old) - kept, embedded)

    def _parents(self, document: ChunkedDocument, record: DocumentRecord) -> dict[int, Parent]:
        ids = parent_ids_of(record.document_id, map(text_hash_of, document.parents))
        terms = self._analyzer.terms_of([parent.indexed_text for parent in document.parents])
        return {i: Parent(record, Counter(some)) for i, some in zip(ids, terms, strict=True)}

    def _children(
        self,
        document: ChunkedDocument,
        record: DocumentRecord,
        parent_ids: Sequence[int],
        vectors: dict[bytes, Vector],
    ) -> tuple[dict[int, Child], int]:
        placed = [
            (parent_id, parent, child)
            for parent_id, parent in zip(parent_ids, document.parents, strict=True)
            for child in parent.children
        ]
        hashes = [text_hash_of(child) for *_, child in placed]
        texts = [child.indexed_text for *_, child in placed]
        fresh = {h: text for h, text in zip(hashes, texts, strict=True) if h not in vectors}
        made = self._embedder.encode(list(fresh.values()), TextKind.PASSAGE)
        vectors.update(zip(fresh, made, strict=True))
        ids = child_ids_of(record.document_id, hashes)
        children = {}
        for number, (parent_id, parent, child) in enumerate(placed):
            passage = Passage(
                child_id=ids[number],
                parent_id=parent_id,
                document=record,
                start=child.start,
                end=child.end,
                text=child.text,
                parent_start=parent.start,
                parent_end=parent.end,
                parent_text=parent.text,
                heading=parent.heading,
            )
            vector = vectors[hashes[number]].astype(np.float16).astype(np.float32)
            children[ids[number]] = Child(passage, vector, hashes[number])
        return children, len(fresh)

    def _drop(self, source: str) -> bool:
        record = self._state.documents.get(source)
        self._state = changed(
            self._state,
            documents={s: r for s, r in self._state.documents.items() if s != source},
            fingerprints={s: f for s, f in self._state.fingerprints.items() if s != source},
            profiles={s: p for s, p in self._state.profiles.items() if s != source},
            parents={
                i: parent
                for i, parent in self._state.parents.items()
                if parent.document.source != source
            },
            children={
                i: child
                for i, child in self._state.children.items()
                if child.passage.document.source != source
            },
            failures={s: f for s, f in self._state.failures.items() if s != source},
        )
        return record is not None


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
        groups=document.groups,
        metadata=document.metadata,
        size_bytes=document.size_bytes,
        modified_at=document.modified_at,
        ingested_at=datetime.now(UTC),
        parents=len(document.parents),
        children=sum(len(parent.children) for parent in document.parents),
    )
