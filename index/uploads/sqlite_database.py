"""The database of uploads and jobs: made when it is first needed, shared by threads."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from index.embedded.database import connect, transaction, translated
from index.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexVersionError,
    StorageFullError,
)

SCRIPTS = ("schema.sql", "groups.sql", "owners.sql")
"""Each format version has one script more than the one before."""

FORMAT_VERSION = len(SCRIPTS)
_SECONDS_TO_BE_MADE = 10.0


class Database:
    """One connection, used by one thread at a time; other processes have their own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    @property
    def exists(self) -> bool:
        """Whether anything was ever written."""
        return self._opened is not None or self._path.exists()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit what the block wrote once it is safe on the disk, or nothing of it."""
        with self._using() as connection, transaction(connection, self._path):
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for single statements, inside a transaction or outside."""
        with self._using() as connection, translated(self._path):
            yield connection

    def close(self) -> None:
        """Close the connection; whoever uses the database again opens another."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _in_our_words(self._path):
            if self._opened is None:
                self._opened = _open(self._path)
            elif _version(self._opened) != FORMAT_VERSION:  # an older backup was restored beneath
                _bring_up_to_date(self._path, self._opened)
            yield self._opened


def _open(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFullError(
            f"{path.parent} cannot be written ({error}). Check the permissions and the free space,"
            " or set MUREUM_DATA_DIR to another folder."
        ) from error
    connection = _connected(path)
    connection.row_factory = sqlite3.Row
    try:
        _bring_up_to_date(path, connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _connected(path: Path) -> sqlite3.Connection:
    """Return a connection; SQLite waits for nobody while another process makes the file."""
    deadline = time.monotonic() + _SECONDS_TO_BE_MADE
    while True:
        try:
            return connect(path, write=True)
        except IndexLockedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _bring_up_to_date(path: Path, connection: sqlite3.Connection) -> None:
    """Make the tables that are missing; raise IndexVersionError for a foreign database."""
    with transaction(connection, path):
        version = _version(connection)
        is_foreign = not version and connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        if is_foreign or version > FORMAT_VERSION:
            raise IndexVersionError(
                f"{path} has format version {version}; this program writes version"
                f" {FORMAT_VERSION}. Use the program that wrote it, or set MUREUM_DATA_DIR to a"
                " new folder."
            )
        for script in SCRIPTS[version:]:
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")


def _statements(script_name: str) -> list[str]:
    script = files("index.uploads").joinpath(script_name).read_text(encoding="utf-8")
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    return [part.strip() for part in "\n".join(lines).split(";") if part.strip()]


@contextmanager
def _in_our_words(path: Path) -> Iterator[None]:
    """Say of a damaged database what there is to be done: the index is another one."""
    try:
        yield
    except IndexDamagedError as error:
        raise IndexDamagedError(
            f"{path} is damaged ({error.__cause__}). Stop the service and restore a backup of it,"
            f" or move it and {path.with_suffix('').with_name('uploads')} away: what was read from"
            " uploads stays in the index, and what waited has to be handed over again."
        ) from error
