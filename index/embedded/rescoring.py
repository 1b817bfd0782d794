"""Ranking again by the stored vectors, where an index keeps eight bits of each number."""

import json
import sqlite3
from collections.abc import Sequence

from index.base import Vector
from index.embedded.encoding import decoded
from index.models import Candidate

_SPARE = 2


def enough_for(limit: int) -> int:
    """Return how many approximately best candidates hold the best ``limit``."""
    return _SPARE * limit


def rescored(
    connection: sqlite3.Connection, candidates: Sequence[Candidate], vector: Vector
) -> list[Candidate]:
    """Return the candidates that are stored, with the inner products of their stored vectors."""
    rows = connection.execute(
        "SELECT child_id, vector FROM children JOIN embeddings USING (child)"
        " WHERE child_id IN (SELECT value FROM json_each(?))",
        (json.dumps([candidate.chunk_id for candidate in candidates]),),
    ).fetchall()
    scores = decoded([row[1] for row in rows], len(vector)) @ vector
    exact = [Candidate(row[0], score) for row, score in zip(rows, scores.tolist(), strict=True)]
    return sorted(exact, key=lambda each: (-each.score, each.chunk_id))
