"""Questions to the store, asked through one connection; vanished rows are simply absent."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from index.base import Vector
from index.embedded.encoding import decoded
from index.embedded.groups import groups_column, may_read_condition
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
)

_TAGS = (
    "(SELECT json_group_array(tag) FROM document_tags"
    " WHERE document_tags.document = documents.document)"
)


def read_fingerprints(
    connection: sqlite3.Connection, source: str | None = None
) -> dict[str, Fingerprint]:
    """Return what was last read of every document, or of the one with a source, by source."""
    where, values = ("", ()) if source is None else ("WHERE source = ?", (source,))
    groups = groups_column(connection)
    query = f"SELECT source, content_hash, recipe, {_TAGS}, {groups} FROM documents {where}"
    return {
        row[0]: Fingerprint(row[1], row[2], _set_of(row[3]), _set_of(row[4]))
        for row in connection.execute(query, values)
    }


def read_document(
    connection: sqlite3.Connection, document_id: str, filters: Filters
) -> DocumentRecord:
    """Return one document; raise DocumentNotFoundError when there is none."""
    where, values = condition(connection, filters)
    row = connection.execute(
        f"SELECT {document_columns(connection)} FROM documents WHERE document_id = ? AND {where}",
        [document_id, *values],
    ).fetchone()
    if row is None:
        raise not_found(document_id)
    return document_of(row)


def not_found(document_id: str) -> DocumentNotFoundError:
    """Return the error for a document that is not there, for whoever asks."""
    return DocumentNotFoundError(
        f"No document has the id {document_id!r}. List the documents to see their ids."
    )


def read_documents(
    connection: sqlite3.Connection, filters: Filters, limit: int, offset: int
) -> DocumentPage:
    """Return a part of the listing, in the order of the sources."""
    where, values = condition(connection, filters)
    total = connection.execute(
        f"SELECT count(*) FROM documents WHERE {where}",
        values,
    ).fetchone()[0]
    rows = connection.execute(
        f"SELECT {document_columns(connection)} FROM documents WHERE {where}"
        " ORDER BY source LIMIT ? OFFSET ?",
        [*values, limit, offset],
    )
    return DocumentPage(tuple(map(document_of, rows)), int(total))


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


def read_allowed(connection: sqlite3.Connection, level: Level, filters: Filters) -> list[int]:
    """Return the ids of all chunks of a level whose documents pass the filters."""
    where, values = condition(connection, filters)
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


def condition(connection: sqlite3.Connection, filters: Filters) -> tuple[str, list[Any]]:
    """Return an SQL condition on ``documents`` and its values."""
    parts, values = ["1"], list[Any]()
    if filters.source is not None:
        parts.append("substr(source, 1, ?) = ?")
        values += [len(filters.source), filters.source]
    if filters.document_ids is not None:
        parts.append("document_id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(sorted(filters.document_ids)))
    for tag in sorted(filters.tags):
        parts.append("documents.document IN (SELECT document FROM document_tags WHERE tag = ?)")
        values.append(tag)
    if filters.groups is not None:
        part, groups = may_read_condition(connection, filters.groups)
        parts.append(part)
        values += groups
    return " AND ".join(parts), values


def document_columns(connection: sqlite3.Connection) -> str:
    """Return the columns of ``documents`` that ``document_of`` reads, in their order."""
    return (
        "documents.document_id, source, title, media_type, content_hash, length, page_starts,"
        f" {_TAGS}, {groups_column(connection)}, metadata, size_bytes, modified_at, ingested_at,"
        " documents.parents, documents.children"
    )


def document_of(row: Sequence[Any]) -> DocumentRecord:
    """Return the document of a row of these columns."""
    return DocumentRecord(
        document_id=row[0],
        source=row[1],
        title=row[2],
        media_type=row[3],
        content_hash=row[4],
        length=row[5],
        page_starts=tuple(json.loads(row[6])),
        tags=_set_of(row[7]),
        groups=_set_of(row[8]),
        metadata=json.loads(row[9]),
        size_bytes=row[10],
        modified_at=datetime.fromisoformat(row[11]) if row[11] else None,
        ingested_at=datetime.fromisoformat(row[12]),
        parents=row[13],
        children=row[14],
    )


def _set_of(array: str) -> frozenset[str]:
    return frozenset(json.loads(array))
