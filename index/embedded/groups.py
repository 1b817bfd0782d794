"""The groups of documents in the store; in a store of an older format every document is public."""

import json
import sqlite3
from typing import Any

from index.groups import Groups
from index.identity import document_id_of

_COLUMN = (
    "(SELECT json_group_array(group_name) FROM document_groups"
    " WHERE document_groups.document = documents.document)"
)
_CARRIED = "SELECT 1 FROM document_groups AS carried WHERE carried.document = documents.document"
_WANTED = "carried.group_name IN (SELECT value FROM json_each(?))"


def has_groups(connection: sqlite3.Connection) -> bool:
    """Return whether the store has the table of groups: formats 2 and 3 have not.

    It is asked each time: a writer may bring the store up to date between two transactions.
    """
    query = "SELECT 1 FROM sqlite_master WHERE name = 'document_groups'"
    return connection.execute(query).fetchone() is not None


def is_all_public(connection: sqlite3.Connection) -> bool:
    """Return whether no document carries any group."""
    if not has_groups(connection):
        return True
    return connection.execute("SELECT 1 FROM document_groups LIMIT 1").fetchone() is None


def groups_column(connection: sqlite3.Connection) -> str:
    """Return an SQL expression for the groups of a row of ``documents``, a JSON array."""
    return _COLUMN if has_groups(connection) else "'[]'"


def may_read_condition(connection: sqlite3.Connection, groups: Groups) -> tuple[str, list[Any]]:
    """Return ``index.groups.may_read`` as an SQL condition on ``documents``, and its values."""
    if not has_groups(connection):
        return "1", []
    wanted = json.dumps(sorted(groups), ensure_ascii=False)
    return f"(NOT EXISTS ({_CARRIED}) OR EXISTS ({_CARRIED} AND {_WANTED}))", [wanted]


def put_groups(connection: sqlite3.Connection, key: int, groups: Groups) -> None:
    """Let the document with this key carry these groups and no others."""
    connection.execute("DELETE FROM document_groups WHERE document = ?", (key,))
    connection.executemany(
        "INSERT INTO document_groups VALUES (?, ?)", [(key, group) for group in sorted(groups)]
    )


def regroup_document(connection: sqlite3.Connection, source: str, groups: Groups) -> bool:
    """Let a document carry these groups; return whether there is one with this source."""
    found = connection.execute(
        "SELECT document FROM documents WHERE document_id = ?", (document_id_of(source),)
    ).fetchone()
    if found is not None:
        put_groups(connection, found[0], groups)
    return found is not None
