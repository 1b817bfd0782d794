"""Connections to the store, and SQLite's errors in our words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexDamagedError, IndexLockedError, SearchIndexError, StorageFullError

BUSY_TIMEOUT_SECONDS = 10.0
_MAPPED_BYTES = 1 << 24  # each connection maps its own; all count as memory of the process
_FULL = {"SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR_WRITE"}
_DAMAGED = {"SQLITE_CORRUPT", "SQLITE_NOTADB"}


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """Return a connection in autocommit mode: transactions are begun by name.

    Writers wait for the disk at each commit, so that what was acknowledged survives a power cut.
    """
    with translated(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={'rwc' if write else 'rw'}",
            uri=True,
            timeout=BUSY_TIMEOUT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
        if write:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        else:
            connection.execute("PRAGMA query_only = ON")
    return connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours; ``path`` is named in the message."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(path, error) from error


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Commit what the block wrote, or nothing of it."""
    with translated(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _translate(path: Path, error: sqlite3.Error) -> SearchIndexError:
    name = str(getattr(error, "sqlite_errorname", ""))
    if name in _FULL or "full" in str(error):
        return StorageFullError(
            f"{path} cannot be written ({error}). Free some space or check the permissions;"
            " what was stored before is unharmed."
        )
    if name in _DAMAGED or any(name.startswith(f"{known}_") for known in _DAMAGED):
        return IndexDamagedError(
            f"{path} is damaged ({error}). Restore a backup, or delete the folder"
            f" {path.parent} and ingest again."
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return IndexLockedError(f"{path} is held by another process. Try again when it has ended.")
    return SearchIndexError(f"{path} could not be used: {error}")
