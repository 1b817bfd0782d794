"""What ours is compared with: rank_bm25, and FAISS and numpy without any approximation."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.bench.figures import Figure
from eval.bench.synthetic import DIMENSION, Collection, GivenVectors
from eval.bench.timing import Laps
from index.embedded.following import Changes
from index.embedded.store import Identity, open_store, read_revision

_RIVAL_QUERIES = 30
_CANDIDATES = 100
_AT_ONCE = 20_000

Vectors = NDArray[np.float32]


def exact_neighbours(folder: Path, queries: Vectors, count: int) -> list[list[int]]:
    """Return the ids of the nearest stored children of each query, by exact inner product."""
    embedder = GivenVectors()
    identity = Identity(embedder.name, embedder.dimension)
    connection = open_store(folder, identity, write=False)
    scores = np.full((len(queries), count), -np.inf, dtype=np.float32)
    ids = np.full((len(queries), count), -1, dtype=np.int64)
    try:
        changes = Changes(-1, read_revision(connection))
        for some in changes.added_vectors(connection, _AT_ONCE):
            block = np.frombuffer(b"".join(blob for _, blob in some), dtype="<f2")
            new = queries @ block.reshape(len(some), DIMENSION).astype(np.float32).T
            new_ids = np.broadcast_to([child_id for child_id, _ in some], new.shape)
            scores, ids = _best(np.hstack([scores, new]), np.hstack([ids, new_ids]), count)
    finally:
        connection.close()
    return [row.tolist() for row in ids]


def measure_rivals(group: str, collection: Collection) -> list[Figure]:
    """Return how long the same searches take with rank_bm25 and an exact FAISS index."""
    import faiss
    from rank_bm25 import BM25Okapi

    terms: list[list[str]] = []
    exact = faiss.IndexFlatIP(DIMENSION)
    for texts, vectors in collection.blocks():
        terms += [text.split() for text in texts]
        exact.add(vectors)
    laps = Laps()
    with laps.lap("rank_bm25, build"):
        model = BM25Okapi(terms)
    for query in collection.queries(_RIVAL_QUERIES):
        with laps.lap("rank_bm25 + exact FAISS"):
            with laps.lap("rank_bm25"):
                scores = model.get_scores(query.text.split())
                best = np.argpartition(-scores, _CANDIDATES)[:_CANDIDATES]
                best[np.argsort(-scores[best])]
            with laps.lap("exact FAISS"):
                exact.search(query.vector.reshape(1, -1), _CANDIDATES)
    return [
        Figure(group, f"rival: {name}, p50", laps.milliseconds(name, 50), "ms")
        for name in laps.names()
    ]


def _best(scores: Vectors, ids: NDArray[np.int64], count: int) -> tuple[Vectors, NDArray[np.int64]]:
    order = np.argpartition(-scores, count - 1, axis=1)[:, :count]
    return np.take_along_axis(scores, order, axis=1), np.take_along_axis(ids, order, axis=1)
