"""Questions to the store, asked through one connection; vanished rows are simply absent."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from index.base import Vector
from index.embedded.encoding import decoded
from index.embedded.level import Level
from index.embedded.store import read_revision
from index.errors import DocumentNotFoundError
from index.models import (
    Candidate,
    DocumentPage,
    DocumentRecord,
    Failure,
    Filters,
    Fingerprint,
    Passage,
)

_TAGS = (
    "(SELECT json_group_array(tag) FROM document_tags"
    " WHERE document_tags.document = documents.document)"
)
_DOCUMENT = (
    "documents.document_id, source, title, media_type, content_hash, length, page_starts,"
    f" {_TAGS}, metadata, size_bytes, modified_at, ingested_at, documents.parents,"
    " documents.children"
)


def read_fingerprints(
    connection: sqlite3.Connection, source: str | None = None
) -> dict[str, Fingerprint]:
    """Return what was last read of every document, or of the one with a source, by source."""
    where, values = ("", ()) if source is None else ("WHERE source = ?", (source,))
    query = f"SELECT source, content_hash, recipe, {_TAGS} FROM documents {where}"
    return {
        found: Fingerprint(content_hash, recipe, frozenset(json.loads(tags)))
        for found, content_hash, recipe, tags in connection.execute(query, values)
    }


def read_document(connection: sqlite3.Connection, document_id: str) -> DocumentRecord:
    """Return one document; raise DocumentNotFoundError when there is none."""
    query = f"SELECT {_DOCUMENT} FROM documents WHERE document_id = ?"
    row = connection.execute(query, (document_id,)).fetchone()
    if row is None:
        raise DocumentNotFoundError(
            f"No document has the id {document_id!r}. List the documents to see their ids."
        )
    return _document(row)


def read_documents(
    connection: sqlite3.Connection, filters: Filters, limit: int, offset: int
) -> DocumentPage:
    """Return a part of the listing, in the order of the sources."""
    where, values = condition(filters)
    total = connection.execute(
        f"SELECT count(*) FROM documents WHERE {where}",
        values,
    ).fetchone()[0]
    rows = connection.execute(
        f"SELECT {_DOCUMENT} FROM documents WHERE {where} ORDER BY source LIMIT ? OFFSET ?",
        [*values, limit, offset],
    )
    return DocumentPage(tuple(_document(row) for row in rows), int(total))


def read_text(connection: sqlite3.Connection, document_id: str, start: int, end: int) -> str:
    """Return the document's characters in ``[start:end]``, from the children that hold them."""
    pieces = connection.execute(
        "SELECT children.start, text FROM children JOIN documents USING (document)"
        ' WHERE document_id = ? AND children."end" > ? AND children.start < ?'
        " ORDER BY children.start",
        (document_id, start, end),
    ).fetchall()
    if not pieces:
        return ""
    first = pieces[0][0]
    return "".join(text for _, text in pieces)[max(0, start - first) : end - first]


def read_parents(connection: sqlite3.Connection, child_ids: Sequence[int]) -> dict[int, int]:
    """Return the ids of the parents of these children.

    The index is named because SQLite would take the shorter one of the same column, and then
    fetch a row with all its text for each child: twice as slow.
    """
    marks = ",".join("?" * len(child_ids))
    rows = connection.execute(
        "SELECT child_id, parent_id FROM children INDEXED BY children_to_parents"
        f" JOIN parents USING (parent) WHERE child_id IN ({marks})",
        list(child_ids),
    )
    return dict(rows.fetchall())


def read_nearest_children(
    connection: sqlite3.Connection, parent_ids: Sequence[int], vector: Vector
) -> dict[int, Candidate]:
    """Return, by parent, the child whose stored vector has the best inner product."""
    marks = ",".join("?" * len(parent_ids))
    rows = connection.execute(
        "SELECT parent_id, child_id, vector FROM parents JOIN children USING (parent)"
        f" JOIN embeddings USING (child) WHERE parent_id IN ({marks})",
        list(parent_ids),
    ).fetchall()
    scores = decoded([row[2] for row in rows], len(vector)) @ vector
    best: dict[int, Candidate] = {}
    for (parent_id, child_id, _), score in zip(rows, scores.tolist(), strict=True):
        if parent_id not in best or score > best[parent_id].score:
            best[parent_id] = Candidate(child_id, score)
    return best


def read_passages(connection: sqlite3.Connection, child_ids: Sequence[int]) -> dict[int, Passage]:
    """Return children with their parents and documents."""
    marks = ",".join("?" * len(child_ids))
    rows = connection.execute(
        'SELECT child_id, children.start, children."end", text, parents.parent, parents.start,'
        ' parents."end", heading, children.document, parent_id'
        " FROM children JOIN parents USING (parent)"
        f" WHERE child_id IN ({marks})",
        list(child_ids),
    ).fetchall()
    texts = _parent_texts(connection, {row[4] for row in rows})
    documents = _documents_by_key(connection, {row[8] for row in rows})
    return {
        row[0]: Passage(
            child_id=row[0],
            parent_id=row[9],
            document=documents[row[8]],
            start=row[1],
            end=row[2],
            text=row[3],
            parent_start=row[5],
            parent_end=row[6],
            parent_text=texts[row[4]],
            heading=tuple(json.loads(row[7])),
        )
        for row in rows
    }


def read_allowed(connection: sqlite3.Connection, level: Level, filters: Filters) -> list[int]:
    """Return the ids of all chunks of a level whose documents pass the filters."""
    where, values = condition(filters)
    rows = connection.execute(
        f"SELECT {level.id_column} FROM {level.table} WHERE document IN"
        f" (SELECT document FROM documents WHERE {where})",
        values,
    )
    return [row[0] for row in rows]


def read_failures(connection: sqlite3.Connection) -> list[Failure]:
    """Return the files that failed, in the order of their sources."""
    rows = connection.execute(
        "SELECT source, reason, message, content_hash, failed_at FROM failures ORDER BY source"
    )
    return [
        Failure(source, reason, message, attempt, datetime.fromisoformat(failed_at))
        for source, reason, message, attempt, failed_at in rows
    ]


def count_children(connection: sqlite3.Connection) -> int:
    """Return how many children there are."""
    return int(connection.execute("SELECT count(*) FROM children").fetchone()[0])


def read_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the revision and the numbers of documents, parents and children."""
    counts = {
        name: int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
        for name in ("documents", "parents", "children")
    }
    return {"revision": read_revision(connection), **counts}


def condition(filters: Filters) -> tuple[str, list[Any]]:
    """Return an SQL condition on ``documents`` and its values."""
    parts, values = ["1"], list[Any]()
    if filters.source is not None:
        parts.append("substr(source, 1, ?) = ?")
        values += [len(filters.source), filters.source]
    if filters.document_ids is not None:
        parts.append("document_id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(sorted(filters.document_ids)))
    for tag in sorted(filters.tags):
        parts.append("document IN (SELECT document FROM document_tags WHERE tag = ?)")
        values.append(tag)
    return " AND ".join(parts), values


def _parent_texts(connection: sqlite3.Connection, parents: set[int]) -> dict[int, str]:
    pieces: dict[int, list[str]] = {parent: [] for parent in parents}
    rows = connection.execute(
        "SELECT parent, text FROM children WHERE parent IN"
        f" ({','.join('?' * len(parents))}) ORDER BY parent, start",
        list(parents),
    )
    for parent, text in rows:
        pieces[parent].append(text)
    return {parent: "".join(texts) for parent, texts in pieces.items()}


def _documents_by_key(connection: sqlite3.Connection, keys: set[int]) -> dict[int, DocumentRecord]:
    rows = connection.execute(
        f"SELECT document, {_DOCUMENT} FROM documents"
        f" WHERE document IN ({','.join('?' * len(keys))})",
        list(keys),
    )
    return {row[0]: _document(row[1:]) for row in rows}


def _document(row: Sequence[Any]) -> DocumentRecord:
    return DocumentRecord(
        document_id=row[0],
        source=row[1],
        title=row[2],
        media_type=row[3],
        content_hash=row[4],
        length=row[5],
        page_starts=tuple(json.loads(row[6])),
        tags=frozenset(json.loads(row[7])),
        metadata=json.loads(row[8]),
        size_bytes=row[9],
        modified_at=datetime.fromisoformat(row[10]) if row[10] else None,
        ingested_at=datetime.fromisoformat(row[11]),
        parents=row[12],
        children=row[13],
    )
