"""Whether two indexes hold the same and find the same."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from index.base import SearchIndex
from index.embedder.base import TextKind

_QUERIES = ("연차 휴가는", "office Lisbon", "## Badges", "3층에 있고 hotel", "영수증과", "nowhere")
_MOST = 10_000
_PATIENCE_SECONDS = 60.0

_TABLES = {
    "documents": (
        "SELECT source, document_id, title, media_type, content_hash, recipe, length, page_starts,"
        " metadata, size_bytes, parents, children FROM documents"
    ),
    "tags": "SELECT source, tag FROM document_tags JOIN documents USING (document)",
    "parents": (
        'SELECT source, parent_id, start, "end", heading FROM parents JOIN documents'
        " USING (document)"
    ),
    "children": (
        'SELECT child_id, parent_id, c.start, c."end", text, context, hex(text_hash), hex(vector)'
        " FROM children AS c JOIN parents USING (parent) JOIN embeddings USING (child)"
    ),
    "signatures": "SELECT source, hex(signature) FROM signatures JOIN documents USING (document)",
    "failures": "SELECT source, reason, content_hash FROM failures",
}


def held(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all that the store of an index says, apart from times, revisions and row numbers."""
    with closing(sqlite3.connect(folder / "store.sqlite3")) as store:
        return {name: sorted(store.execute(query)) for name, query in _TABLES.items()}


def words_found(index: SearchIndex) -> dict[str, set[int]]:
    """Return, by query, the parents that its words are in.

    Not in which order: BM25 counts words of deleted passages until their segment is merged.
    """
    with index.snapshot() as snapshot:
        return {q: {h.chunk_id for h in snapshot.search_lexical(q, _MOST)} for q in _QUERIES}


def wait_for_followers(index: SearchIndex) -> None:
    """Wait until a reader has caught up: with many new vectors it does so behind the scenes."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while index.status().dense_revision < index.status().revision:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def meanings_found(index: SearchIndex) -> dict[tuple[str, int], float]:
    """Return the score of every child for every query."""
    vectors = index.embedder.encode(_QUERIES, TextKind.QUERY)
    with index.snapshot() as snapshot:
        return {
            (query, hit.chunk_id): hit.score
            for query, vector in zip(_QUERIES, vectors, strict=True)
            for hit in snapshot.search_dense(vector, _MOST)
        }


def same_scores(
    some: dict[tuple[str, int], float], others: dict[tuple[str, int], float], rounding: float
) -> None:
    """Assert that the same children were found, with scores that differ by rounding only."""
    assert some.keys() == others.keys()
    assert all(abs(score - others[key]) <= rounding for key, score in some.items())
