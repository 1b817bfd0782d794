"""Everything that an index in memory holds at one revision."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from index.base import Vector
from index.groups import may_read
from index.models import DocumentRecord, Failure, Filters, Fingerprint, Passage
from index.similarity import Profile


@dataclass(frozen=True, slots=True)
class Child:
    """A child with what makes it findable."""

    passage: Passage
    vector: Vector
    text_hash: bytes


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent with what makes it findable."""

    document: DocumentRecord
    terms: Counter[str]


@dataclass(frozen=True, slots=True)
class State:
    """Everything at one revision; replaced, never changed."""

    revision: int = 0
    documents: Mapping[str, DocumentRecord] = field(default_factory=dict)
    fingerprints: Mapping[str, Fingerprint] = field(default_factory=dict)
    parents: Mapping[int, Parent] = field(default_factory=dict)
    children: Mapping[int, Child] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)


def changed(state: State, **parts: Any) -> State:  # noqa: ANN401 a part is one of the fields
    """Return the next revision, with some parts replaced."""
    return replace(state, revision=state.revision + 1, **parts)


def passes(record: DocumentRecord, filters: Filters) -> bool:
    """Return whether a document passes the filters."""
    return (
        (filters.source is None or record.source.startswith(filters.source))
        and (filters.document_ids is None or record.document_id in filters.document_ids)
        and filters.tags <= record.tags
        and may_read(filters.groups, record.groups)
    )


def regrouped(state: State, records: Mapping[str, DocumentRecord]) -> State:
    """Return the next revision, in which these documents, by source, carry other groups."""
    by_id = {record.document_id: record for record in records.values()}

    def now(record: DocumentRecord) -> DocumentRecord:
        return by_id.get(record.document_id, record)

    return changed(
        state,
        documents={s: now(record) for s, record in state.documents.items()},
        fingerprints={
            s: replace(each, groups=now(state.documents[s]).groups)
            for s, each in state.fingerprints.items()
        },
        parents={i: replace(p, document=now(p.document)) for i, p in state.parents.items()},
        children={
            i: replace(c, passage=replace(c.passage, document=now(c.passage.document)))
            for i, c in state.children.items()
        },
    )
