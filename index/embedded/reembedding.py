"""Converting a store to another embedder, from the text that it holds."""

import sqlite3
from pathlib import Path

from index.embedded.encoding import encoded
from index.embedded.following import Changes
from index.embedded.store import next_revision, read_meta
from index.embedder.base import Embedder, TextKind

_CHILDREN_AT_ONCE = 512


def reembed(path: Path, connection: sqlite3.Connection, embedder: Embedder) -> int:
    """Embed every child again unless this embedder made the vectors; return how many it were.

    All in one transaction: a crash leaves the old vectors.
    """
    if read_meta(path, connection).get("embedder") == embedder.name:
        return 0
    count = 0
    with next_revision(connection, path) as revision:
        for some in Changes(-1, revision).added_children(connection, _CHILDREN_AT_ONCE):
            vectors = embedder.encode([text for _, text in some], TextKind.PASSAGE)
            connection.executemany(
                "UPDATE embeddings SET vector = ?"
                " WHERE child = (SELECT child FROM children WHERE child_id = ?)",
                [
                    (encoded(vector), child_id)
                    for vector, (child_id, _) in zip(vectors, some, strict=True)
                ],
            )
            count += len(some)
        identity = {"embedder": embedder.name, "dimension": str(embedder.dimension)}
        connection.executemany(
            "UPDATE meta SET value = ? WHERE key = ?",
            [(value, key) for key, value in identity.items()],
        )
    return count
