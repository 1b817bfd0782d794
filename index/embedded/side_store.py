"""Vectors of another embedder beside the store, by the text that they are of.

Texts are what vectors depend on: documents may come, change and go meanwhile, and a vector that
was made once is right for as long as the model is the same.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedded.database import connect, transaction, translated
from index.embedded.encoding import encoded
from index.embedded.store import FILE_NAME, Identity

SIDE_NAME = "reembedding.sqlite3"


class SideStore:
    """The database of new vectors; some methods get the connection that has it attached."""

    def __init__(self, folder: Path) -> None:
        self._store = folder / FILE_NAME
        self._path = folder / SIDE_NAME

    def attached(self, identity: Identity) -> sqlite3.Connection:
        """Return a connection to the store, for which ``embeddings`` are the new vectors.

        Vectors that another embedder made are forgotten.
        """
        if self._path.exists() and self._made_by() != identity:
            self.drop()
        self._create(identity)
        connection = connect(self._store, write=True)
        with translated(self._path):
            connection.execute("ATTACH ? AS side", (str(self._path.absolute()),))
            connection.execute(
                "CREATE TEMP VIEW embeddings AS SELECT child, vector"
                " FROM main.children JOIN side.vectors USING (text_hash)"
            )
        return connection

    def missing(
        self, connection: sqlite3.Connection, after: int, limit: int
    ) -> list[tuple[int, bytes, str]]:
        """Return key, hash and indexed text of children after a key whose vectors are missing."""
        rows = connection.execute(
            "SELECT child, text_hash, context, text FROM main.children WHERE child > ?"
            " AND NOT EXISTS (SELECT 1 FROM side.vectors"
            " WHERE side.vectors.text_hash = main.children.text_hash) ORDER BY child LIMIT ?",
            (after, limit),
        ).fetchall()
        return [(key, text_hash, context + text.strip()) for key, text_hash, context, text in rows]

    def put(self, hashes: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Keep the vectors (len(hashes), dimension) of these texts; the store is not locked."""
        rows = [
            (text_hash, encoded(vector)) for text_hash, vector in zip(hashes, vectors, strict=True)
        ]
        with self._changing() as side:
            side.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def replace_vectors(self, connection: sqlite3.Connection, identity: Identity) -> None:
        """Let the store have the new vectors, all of them or an error, and name their embedder."""
        connection.execute(
            "UPDATE main.embeddings AS old SET vector = (SELECT side.vectors.vector"
            " FROM main.children JOIN side.vectors USING (text_hash)"
            " WHERE children.child = old.child)"
        )
        values = {"embedder": identity.embedder, "dimension": str(identity.dimension)}
        connection.executemany(
            "UPDATE main.meta SET value = ? WHERE key = ?",
            [(value, key) for key, value in values.items()],
        )

    def drop_if_done(self, identity: Identity) -> None:
        """Remove what a conversion left that ended right after these vectors came to count."""
        if self._path.exists() and self._made_by() == identity:
            self.drop()

    def drop(self) -> None:
        """Remove the database."""
        for suffix in ("", "-journal", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def _create(self, identity: Identity) -> None:
        with self._changing() as side:
            side.execute("CREATE TABLE IF NOT EXISTS made_by (embedder TEXT, dimension INTEGER)")
            side.execute(
                "CREATE TABLE IF NOT EXISTS vectors"
                " (text_hash BLOB PRIMARY KEY, vector BLOB NOT NULL)"
            )
            side.execute("DELETE FROM made_by")
            side.execute(
                "INSERT INTO made_by VALUES (?, ?)", (identity.embedder, identity.dimension)
            )

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with (
            closing(connect(self._path, write=True)) as side,
            transaction(side, self._path),
        ):
            yield side

    def _made_by(self) -> Identity | None:
        """Return what made the vectors; None for a database that cannot be read."""
        try:
            with closing(sqlite3.connect(self._path)) as side:
                row = side.execute("SELECT embedder, dimension FROM made_by").fetchone()
        except sqlite3.Error:
            return None
        return Identity(*row) if row else None
