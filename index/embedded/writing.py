"""How one document is put into the store or taken out of it, inside a transaction."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from index.identity import child_ids_of, document_id_of, text_hash_of
from index.models import Change, ChildChunk, ChunkedDocument, Failure

_VARIABLES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Row:
    """A child on its way into the store."""

    child_id: int
    text_hash: bytes
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
    old = dict(
        connection.execute("SELECT child_id, child FROM children WHERE document = ?", (key,))
    )
    last_old_parent = connection.execute("SELECT coalesce(max(parent), 0) FROM parents").fetchone()
    rows = _write_parents(connection, document, key, document_id)
    new = [row for row in rows if row.child_id not in old]
    kept = [row for row in rows if row.child_id in old]
    connection.executemany(
        'UPDATE children SET parent = ?, start = ?, "end" = ?, text = ?, context = ?'
        " WHERE child_id = ?",
        [
            (r.parent, r.chunk.start, r.chunk.end, r.chunk.text, _context(r.chunk), r.child_id)
            for r in kept
        ],
    )
    for row in new:
        _write_child(connection, row, key, vectors[row.text_hash], revision)
    removed = set(old) - {row.child_id for row in rows}
    _bury(connection, removed, revision)
    connection.executemany("DELETE FROM children WHERE child_id = ?", [(i,) for i in removed])
    connection.execute(
        "DELETE FROM parents WHERE document = ? AND parent <= ?", (key, last_old_parent[0])
    )
    connection.execute("DELETE FROM failures WHERE source = ?", (document.source,))
    return Change(document_id, len(new), len(kept), len(removed), embedded=0)


def delete_document(connection: sqlite3.Connection, source: str, revision: int) -> bool:
    """Remove a document and all that hangs on it; return whether there was one."""
    connection.execute("DELETE FROM failures WHERE source = ?", (source,))
    found = connection.execute(
        "SELECT document FROM documents WHERE source = ?", (source,)
    ).fetchone()
    if found is None:
        return False
    ids = connection.execute("SELECT child_id FROM children WHERE document = ?", found).fetchall()
    _bury(connection, {row[0] for row in ids}, revision)
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
            failure.content_hash,
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
    return key


def _write_parents(
    connection: sqlite3.Connection, document: ChunkedDocument, key: int, document_id: str
) -> list[_Row]:
    placed: list[tuple[int, ChildChunk]] = []
    for parent in document.parents:
        heading = json.dumps(parent.heading, ensure_ascii=False)
        cursor = connection.execute(
            'INSERT INTO parents (document, start, "end", heading) VALUES (?, ?, ?, ?)',
            (key, parent.start, parent.end, heading),
        )
        placed += [(int(cursor.lastrowid or 0), child) for child in parent.children]
    hashes = [text_hash_of(child) for _, child in placed]
    ids = child_ids_of(document_id, hashes)
    return [
        _Row(child_id, text_hash, parent_key, child)
        for child_id, text_hash, (parent_key, child) in zip(ids, hashes, placed, strict=True)
    ]


def _write_child(
    connection: sqlite3.Connection, row: _Row, key: int, vector: bytes, revision: int
) -> None:
    chunk = row.chunk
    cursor = connection.execute(
        'INSERT INTO children (child_id, document, parent, start, "end", text, context,'
        " text_hash, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.child_id,
            key,
            row.parent,
            chunk.start,
            chunk.end,
            chunk.text,
            _context(chunk),
            row.text_hash,
            revision,
        ),
    )
    connection.execute("INSERT INTO embeddings VALUES (?, ?)", (cursor.lastrowid, vector))


def encode_vector(vector: NDArray[np.float32]) -> bytes:
    """Return the vector as it is stored: half precision, little-endian."""
    return vector.astype("<f2").tobytes()


def _context(child: ChildChunk) -> str:
    """Return what stands before the text in the indexed text, so that this can be made again."""
    return child.indexed_text.removesuffix(child.text.strip())


def _bury(connection: sqlite3.Connection, child_ids: set[int], revision: int) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO tombstones VALUES (?, ?)", [(revision, i) for i in child_ids]
    )
