"""What a follower of the store has to do to catch up: forget some chunks, learn others."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.embedded.level import Level
from index.embedded.store import read_revision


@dataclass(frozen=True, slots=True)
class Changes:
    """All that happened after revision ``since`` (-1: everything) up to ``revision``."""

    since: int
    revision: int

    @property
    def from_scratch(self) -> bool:
        """Whether the follower has to drop what it holds first."""
        return self.since < 0

    def forgotten(self, connection: sqlite3.Connection, level: Level) -> list[int]:
        """Return the ids of chunks that were deleted; one that came back is also added."""
        rows = connection.execute(
            "SELECT DISTINCT chunk_id FROM tombstones WHERE level = ? AND revision > ?",
            (level, self.since),
        )
        return [row[0] for row in rows]

    def added_parents(
        self, connection: sqlite3.Connection, at_once: int
    ) -> Iterator[list[tuple[int, str]]]:
        """Yield lists of (parent id, indexed text) of what was added, up to ``at_once`` long."""
        cursor = connection.execute(
            "SELECT parent, parent_id FROM parents WHERE revision > ? ORDER BY parent",
            (self.since,),
        )
        while rows := cursor.fetchmany(at_once):
            texts = _indexed_texts(connection, [parent for parent, _ in rows])
            yield [(parent_id, texts[parent]) for parent, parent_id in rows]

    def added_children(
        self, connection: sqlite3.Connection, at_once: int
    ) -> Iterator[list[tuple[int, str]]]:
        """Yield lists of (child id, indexed text) of what was added, up to ``at_once`` long."""
        cursor = connection.execute(
            "SELECT child_id, context, text FROM children WHERE revision > ? ORDER BY child",
            (self.since,),
        )
        while rows := cursor.fetchmany(at_once):
            yield [(child_id, context + text.strip()) for child_id, context, text in rows]

    def added_vectors(
        self, connection: sqlite3.Connection, at_once: int
    ) -> Iterator[list[tuple[int, bytes]]]:
        """Yield lists of (child id, encoded vector) of what was added, up to ``at_once`` long."""
        cursor = connection.execute(
            "SELECT child_id, vector FROM children JOIN embeddings USING (child)"
            " WHERE revision > ? ORDER BY child",
            (self.since,),
        )
        while rows := cursor.fetchmany(at_once):
            yield rows

    def added_count(self, connection: sqlite3.Connection) -> int:
        """Return how many children were added and are still there."""
        row = connection.execute(
            "SELECT count(*) FROM children WHERE revision > ?", (self.since,)
        ).fetchone()
        return int(row[0])


def read_changes(connection: sqlite3.Connection, since: int) -> Changes:
    """Return what a follower at revision ``since`` misses.

    A follower that is ahead of the store saw a future that was lost: it starts anew.
    """
    revision = read_revision(connection)
    return Changes(since if since <= revision else -1, revision)


def _indexed_texts(connection: sqlite3.Connection, parents: Sequence[int]) -> dict[int, str]:
    """Return, by key, what is analysed of these parents."""
    rows = connection.execute(
        "SELECT parent, context, text FROM children WHERE parent IN"
        f" ({','.join('?' * len(parents))}) ORDER BY parent, start",
        parents,
    )
    contexts: dict[int, str] = {}
    texts: dict[int, list[str]] = {parent: [] for parent in parents}
    for parent, context, text in rows:
        contexts.setdefault(parent, context)
        texts[parent].append(text)
    return {
        parent: contexts.get(parent, "") + "".join(pieces).strip()
        for parent, pieces in texts.items()
    }
