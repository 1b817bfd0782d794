"""What a follower of the store has to do to catch up: forget some children, learn others."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

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

    def forgotten(self, connection: sqlite3.Connection) -> list[int]:
        """Return the ids of children that were deleted; one that came back is also added."""
        rows = connection.execute(
            "SELECT DISTINCT child_id FROM tombstones WHERE revision > ?", (self.since,)
        )
        return [row[0] for row in rows]

    def added_texts(
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
