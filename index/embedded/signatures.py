"""The signatures of documents in the store: written with them, made up for in older stores."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.embedded.database import transaction
from index.embedded.store import FORMAT_VERSION, read_meta, statements_of
from index.errors import DocumentNotFoundError
from index.models import DocumentRecord, SimilarDocument
from index.similarity import Profile, original_first, packed, similar_to

_DOCUMENTS_AT_ONCE = 100


def put_signature(connection: sqlite3.Connection, profile: Profile) -> None:
    """Store the signature of a document that is stored already."""
    connection.execute(
        "INSERT OR REPLACE INTO signatures SELECT document, ? FROM documents WHERE source = ?",
        (profile.signature, profile.source),
    )


def bring_up_to_date(path: Path, connection: sqlite3.Connection) -> None:
    """Give a store of an older format what it lacks, from the text that it holds.

    Readers see either format meanwhile; a crash leaves the rest to the next writer.
    """
    if read_meta(path, connection)["format"] != str(FORMAT_VERSION):
        with transaction(connection, path):
            for statement in statements_of("signatures.sql"):
                connection.execute(statement)
            connection.execute(
                "UPDATE meta SET value = ? WHERE key = 'format'", (str(FORMAT_VERSION),)
            )
    missing = _without_signature(connection)
    for at in range(0, len(missing), _DOCUMENTS_AT_ONCE):
        with transaction(connection, path):
            for key in missing[at : at + _DOCUMENTS_AT_ONCE]:
                signature = packed(_texts(connection, key))
                connection.execute("INSERT INTO signatures VALUES (?, ?)", (key, signature))


def read_profiles(connection: sqlite3.Connection) -> Iterator[Profile]:
    """Yield what is compared of every document; without signatures in a store of format 2."""
    joined = has_signatures(connection)
    rows = connection.execute(
        "SELECT document_id, source, content_hash, coalesce(signature, x'')"
        " FROM documents LEFT JOIN signatures USING (document)"
        if joined
        else "SELECT document_id, source, content_hash, x'' FROM documents"
    )
    return (Profile(*row) for row in rows)


def read_similar(connection: sqlite3.Connection, document_id: str) -> list[SimilarDocument]:
    """Return the documents that are nearly the same as this one."""
    for profile in read_profiles(connection):
        if profile.document_id == document_id:
            return similar_to(profile, read_profiles(connection))
    raise DocumentNotFoundError(f"No document has the id {document_id!r}.")


def read_originals(
    connection: sqlite3.Connection, documents: Sequence[DocumentRecord]
) -> dict[str, str]:
    """Return, by document id, the source of the likely original of each copy among these."""
    hashes = {document.content_hash for document in documents}
    rows = connection.execute(
        "SELECT content_hash, source FROM documents"
        f" WHERE content_hash IN ({','.join('?' * len(hashes))})",
        list(hashes),
    )
    first: dict[str, str] = {}
    for content_hash, source in rows:
        known = first.setdefault(content_hash, source)
        first[content_hash] = min(known, source, key=original_first)
    return {
        document.document_id: first[document.content_hash]
        for document in documents
        if first[document.content_hash] != document.source
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
