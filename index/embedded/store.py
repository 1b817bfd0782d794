"""The store: one SQLite database that alone holds the truth."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from index.embedded.database import connect, transaction, translated
from index.errors import (
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    IndexVersionError,
)

FORMAT_VERSION = 4
READABLE_FORMATS = ("2", "3", "4")
SCRIPTS = ("schema.sql", "signatures.sql", "groups.sql")
"""Each format that can be read has one script more than the one before; writers add what lacks."""

FILE_NAME = "store.sqlite3"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the vectors of a store were made with."""

    embedder: str
    dimension: int


def create_store(path: Path, connection: sqlite3.Connection, identity: Identity) -> None:
    """Make the tables of an empty store."""
    with transaction(connection, path):
        for statement in (each for script in SCRIPTS for each in statements_of(script)):
            connection.execute(statement)
        rows = {
            "format": str(FORMAT_VERSION),
            "embedder": identity.embedder,
            "dimension": str(identity.dimension),
            "revision": "0",
        }
        connection.executemany("INSERT INTO meta VALUES (?, ?)", rows.items())


def open_store(folder: Path, identity: Identity, *, write: bool) -> sqlite3.Connection:
    """Return a connection to an existing store; raise when it is missing, older or foreign."""
    path = folder / FILE_NAME
    if not path.exists():
        raise IndexMissingError(
            f"There is no index in {folder}. Make one with: python -m ingest FOLDER"
        )
    connection = connect(path, write=write)
    try:
        check_identity(path, connection, identity)
    except Exception:
        connection.close()
        raise
    return connection


def read_meta(path: Path, connection: sqlite3.Connection) -> dict[str, str]:
    """Return the store's own description of itself; empty while it is being created."""
    with translated(path):
        tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
        return dict(connection.execute("SELECT key, value FROM meta")) if tables else {}


def check_identity(path: Path, connection: sqlite3.Connection, identity: Identity) -> None:
    """Raise unless this store has a format that can be read, and vectors of this embedder."""
    meta = read_meta(path, connection)
    if not meta:
        raise IndexMissingError(f"{path} is empty. Make an index with: python -m ingest FOLDER")
    if meta.get("format") not in READABLE_FORMATS:
        raise IndexVersionError(
            f"{path} has format version {meta.get('format')}; this program writes version"
            f" {FORMAT_VERSION}. Use the program that wrote it, or set MUREUM_DATA_DIR to a new"
            " folder and ingest again."
        )
    stored = Identity(meta["embedder"], int(meta["dimension"]))
    if stored != identity:
        raise IndexMismatchError(
            f"The index was made with the embedder {stored.embedder} ({stored.dimension}"
            f" dimensions), and {identity.embedder} ({identity.dimension}) is configured. Set"
            " MUREUM_EMBEDDER back, or embed everything again with: python -m ingest --rebuild"
        )


def schema_of(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Return kind, name and statement of everything that a database's schema has."""
    rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master")
    return {(kind, name, " ".join(sql.split())) for kind, name, sql in rows}


def readable_schemas() -> list[set[tuple[str, str, str]]]:
    """Return what ``schema_of`` says of the stores that can be read, the oldest format first."""
    schemas = []
    with closing(sqlite3.connect(":memory:")) as connection:
        for script in SCRIPTS:
            for statement in statements_of(script):
                connection.execute(statement)
            schemas.append(schema_of(connection))
    return schemas


def read_revision(connection: sqlite3.Connection) -> int:
    """Return how many changes were ever committed."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
    if row is None:
        raise IndexDamagedError("The store has lost its revision. Restore a backup.")
    return int(row[0])


@contextmanager
def next_revision(connection: sqlite3.Connection, path: Path) -> Iterator[int]:
    """Commit the block as one revision, whose number it is given, or nothing of it."""
    with transaction(connection, path):
        revision = read_revision(connection) + 1
        yield revision
        connection.execute("UPDATE meta SET value = ? WHERE key = 'revision'", (str(revision),))


def statements_of(script_name: str) -> list[str]:
    """Return the statements of an SQL file beside this one."""
    script = files("index.embedded").joinpath(script_name).read_text(encoding="utf-8")
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    return [part.strip() for part in "\n".join(lines).split(";") if part.strip()]
