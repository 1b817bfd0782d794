"""How one document is put into the store or taken out of it, inside a transaction."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from index.embedded.groups import put_groups
from index.embedded.level import Level
from index.identity import child_ids_of, document_id_of, parent_ids_of, text_hash_of
from index.models import Change, ChildChunk, ChunkedDocument, Failure, ParentChunk

_VARIABLES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Row:
    """A child on its way into the store."""

    child_id: int
    text_hash: bytes
    document: int
    parent: int
    chunk: ChildChunk


def stored_vectors(connection: sqlite3.Connection, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
    """Return, by text hash, the encoded vectors of those of these texts that are stored."""
    known: dict[bytes, bytes] = {}
    for at in range(0, len(hashes), _VARIABLES_AT_ONCE):
        some = hashes[at : at + _VARIABLES_AT_ONCE]
        query = (
            "SELECT text_hash, vector FROM children JOIN embeddings USING (child)"
            f" WHERE text_hash IN ({','.join('?' * len(some))})"
        )
        known.update(connection.execute(query, some))
    return known


def put_document(
    connection: sqlite3.Connection,
    document: ChunkedDocument,
    vectors: Mapping[bytes, bytes],
    revision: int,
) -> Change:
    """Replace what the document's source held; ``vectors`` holds encoded vectors by text hash."""
    document_id = document_id_of(document.source)
    key = _write_document(connection, document, document_id)
    before = {level: _stored_ids(connection, level, key) for level in Level}
    parent_ids = parent_ids_of(document_id, map(text_hash_of, document.parents))
    placed: list[tuple[int, ChildChunk]] = []
    for parent_id, parent in zip(parent_ids, document.parents, strict=True):
        parent_key = _write_parent(connection, key, parent_id, parent, revision)
        placed += [(parent_key, child) for child in parent.children]
    hashes = [text_hash_of(child) for _, child in placed]
    child_ids = child_ids_of(document_id, hashes)
    for child_id, text_hash, (parent_key, child) in zip(child_ids, hashes, placed, strict=True):
        row = _Row(child_id, text_hash, key, parent_key, child)
        stored = _write_child(connection, row, revision)
        if child_id not in before[Level.CHILD]:
            connection.execute("INSERT INTO embeddings VALUES (?, ?)", (stored, vectors[text_hash]))
    for level, ids in ((Level.CHILD, child_ids), (Level.PARENT, parent_ids)):
        gone = before[level].difference(ids)
        _bury(connection, level, gone, revision)
        connection.executemany(
            f"DELETE FROM {level.table} WHERE {level.id_column} = ?", [(i,) for i in gone]
        )
    connection.execute("DELETE FROM failures WHERE source = ?", (document.source,))
    kept = len(before[Level.CHILD].intersection(child_ids))
    return Change(
        document_id,
        added=len(child_ids) - kept,
        kept=kept,
        removed=len(before[Level.CHILD]) - kept,
        embedded=0,
    )


def delete_document(connection: sqlite3.Connection, source: str, revision: int) -> bool:
    """Remove a document and all that hangs on it; return whether there was one."""
    connection.execute("DELETE FROM failures WHERE source = ?", (source,))
    found = connection.execute(
        "SELECT document FROM documents WHERE source = ?", (source,)
    ).fetchone()
    if found is None:
        return False
    for level in Level:
        _bury(connection, level, _stored_ids(connection, level, found[0]), revision)
    connection.execute("DELETE FROM documents WHERE document = ?", found)
    return True


def put_failure(connection: sqlite3.Connection, failure: Failure) -> None:
    """Remember that a file failed, in place of an older failure of the same source."""
    connection.execute(
        "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?)",
        (
            failure.source,
            failure.reason,
            failure.message,
            failure.attempt,
            failure.failed_at.isoformat(),
        ),
    )


def _write_document(
    connection: sqlite3.Connection, document: ChunkedDocument, document_id: str
) -> int:
    values = {
        "document_id": document_id,
        "source": document.source,
        "title": document.title,
        "media_type": document.media_type,
        "content_hash": document.content_hash,
        "recipe": document.recipe,
        "length": document.parents[-1].end if document.parents else 0,
        "page_starts": json.dumps(document.page_starts),
        "metadata": json.dumps(dict(document.metadata), ensure_ascii=False),
        "size_bytes": document.size_bytes,
        "modified_at": document.modified_at.isoformat() if document.modified_at else None,
        "ingested_at": datetime.now(UTC).isoformat(),
        "parents": len(document.parents),
        "children": sum(len(parent.children) for parent in document.parents),
    }
    columns, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    changes = ", ".join(f"{name} = excluded.{name}" for name in values)
    key: int = connection.execute(
        f"INSERT INTO documents ({columns}) VALUES ({marks})"
        f" ON CONFLICT (source) DO UPDATE SET {changes} RETURNING document",
        values,
    ).fetchone()[0]
    connection.execute("DELETE FROM document_tags WHERE document = ?", (key,))
    connection.executemany(
        "INSERT INTO document_tags VALUES (?, ?)", [(key, tag) for tag in sorted(document.tags)]
    )
    put_groups(connection, key, document.groups)
    return key


def _stored_ids(connection: sqlite3.Connection, level: Level, key: int) -> set[int]:
    rows = connection.execute(
        f"SELECT {level.id_column} FROM {level.table} WHERE document = ?", (key,)
    )
    return {row[0] for row in rows}


def _write_parent(
    connection: sqlite3.Connection, key: int, parent_id: int, parent: ParentChunk, revision: int
) -> int:
    """Store a parent, or only its place when it is stored already; return its key."""
    heading = json.dumps(parent.heading, ensure_ascii=False)
    row = connection.execute(
        'INSERT INTO parents (parent_id, document, start, "end", heading, revision)'
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (parent_id) DO UPDATE SET"
        ' start = excluded.start, "end" = excluded."end", heading = excluded.heading'
        " RETURNING parent",
        (parent_id, key, parent.start, parent.end, heading, revision),
    ).fetchone()
    return int(row[0])


def _write_child(connection: sqlite3.Connection, row: _Row, revision: int) -> int:
    """Store a child, or only its place when it is stored already; return its key.

    The place includes the text: another amount of white space around it leaves the id as it is.
    """
    chunk = row.chunk
    stored = connection.execute(
        'INSERT INTO children (child_id, document, parent, start, "end", text, context,'
        " text_hash, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (child_id) DO UPDATE SET parent = excluded.parent,"
        ' start = excluded.start, "end" = excluded."end", text = excluded.text,'
        " context = excluded.context RETURNING child",
        (
            row.child_id,
            row.document,
            row.parent,
            chunk.start,
            chunk.end,
            chunk.text,
            chunk.context,
            row.text_hash,
            revision,
        ),
    ).fetchone()
    return int(stored[0])


def _bury(connection: sqlite3.Connection, level: Level, ids: set[int], revision: int) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?)", [(level, revision, i) for i in ids]
    )
