"""Reading found children from the store, with the parents around them and their documents."""

import json
import sqlite3
from collections.abc import Sequence

from index.embedded.reading import condition, document_columns, document_of
from index.models import DocumentRecord, Filters, Passage


def read_passages(
    connection: sqlite3.Connection, child_ids: Sequence[int], filters: Filters
) -> dict[int, Passage]:
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
    documents = _documents_by_key(connection, {row[8] for row in rows}, filters)
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
        if row[8] in documents
    }


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


def _documents_by_key(
    connection: sqlite3.Connection, keys: set[int], filters: Filters
) -> dict[int, DocumentRecord]:
    where, values = condition(connection, filters)
    rows = connection.execute(
        f"SELECT document, {document_columns(connection)} FROM documents"
        f" WHERE document IN ({','.join('?' * len(keys))}) AND {where}",
        [*keys, *values],
    )
    return {row[0]: document_of(row[1:]) for row in rows}
