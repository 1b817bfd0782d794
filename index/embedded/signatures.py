"""The signatures of documents in the store: written with them, made up for in older stores."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.base import NO_FILTERS
from index.embedded.database import transaction
from index.embedded.reading import condition, not_found
from index.models import DocumentRecord, Filters, SimilarDocument
from index.similarity import Profile, original_first, packed, similar_to

_DOCUMENTS_AT_ONCE = 100


def put_signature(connection: sqlite3.Connection, profile: Profile) -> None:
    """Store the signature of a document that is stored already."""
    connection.execute(
        "INSERT OR REPLACE INTO signatures SELECT document, ? FROM documents WHERE source = ?",
        (profile.signature, profile.source),
    )


def make_missing_signatures(path: Path, connection: sqlite3.Connection) -> None:
    """Store the signatures of documents that were stored before there were any."""
    missing = _without_signature(connection)
    for at in range(0, len(missing), _DOCUMENTS_AT_ONCE):
        with transaction(connection, path):
            for key in missing[at : at + _DOCUMENTS_AT_ONCE]:
                signature = packed(_texts(connection, key))
                connection.execute("INSERT INTO signatures VALUES (?, ?)", (key, signature))


def read_profiles(
    connection: sqlite3.Connection, filters: Filters = NO_FILTERS
) -> Iterator[Profile]:
    """Yield what is compared of documents; without signatures in a store of format 2."""
    where, values = condition(connection, filters)
    signed = has_signatures(connection)
    signature = "coalesce(signature, x'')" if signed else "x''"
    joined = "LEFT JOIN signatures ON signatures.document = documents.document" if signed else ""
    rows = connection.execute(
        f"SELECT document_id, source, content_hash, {signature} FROM documents {joined}"
        f" WHERE {where}",
        values,
    )
    return (Profile(*row) for row in rows)


def read_similar(
    connection: sqlite3.Connection, document_id: str, filters: Filters
) -> list[SimilarDocument]:
    """Return the documents that are nearly the same as this one."""
    for profile in read_profiles(connection, filters):
        if profile.document_id == document_id:
            return similar_to(profile, read_profiles(connection, filters))
    raise not_found(document_id)


def read_originals(
    connection: sqlite3.Connection, documents: Sequence[DocumentRecord], filters: Filters
) -> dict[str, str]:
    """Return, by document id, the source of the likely original of each copy among these."""
    hashes = {document.content_hash for document in documents}
    where, values = condition(connection, filters)
    rows = connection.execute(
        "SELECT content_hash, source FROM documents"
        f" WHERE content_hash IN ({','.join('?' * len(hashes))}) AND {where}",
        [*hashes, *values],
    )
    first: dict[str, str] = {}
    for content_hash, source in rows:
        known = first.setdefault(content_hash, source)
        first[content_hash] = min(known, source, key=original_first)
    return {
        document.document_id: first[document.content_hash]
        for document in documents
        if first.get(document.content_hash, document.source) != document.source
    }


def has_signatures(connection: sqlite3.Connection) -> bool:
    """Return whether the store has the table of signatures: format 2 has not."""
    query = "SELECT 1 FROM sqlite_master WHERE name = 'signatures'"
    return connection.execute(query).fetchone() is not None


def _without_signature(connection: sqlite3.Connection) -> list[int]:
    rows = connection.execute(
        "SELECT document FROM documents WHERE document NOT IN (SELECT document FROM signatures)"
    )
    return [row[0] for row in rows]


def _texts(connection: sqlite3.Connection, key: int) -> Iterator[str]:
    rows = connection.execute("SELECT text FROM children WHERE document = ? ORDER BY start", (key,))
    return (row[0] for row in rows)
