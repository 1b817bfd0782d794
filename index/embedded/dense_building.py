"""How a dense view catches up with the store, and how a large one is kept on disk."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import faiss
import numpy as np

from index.embedded.allowed import Ids
from index.embedded.dense import (
    NO_IDS,
    DenseView,
    FaissIndex,
    Vectors,
    flat_index,
    ids_of,
    is_approximate,
    vectors_of,
)
from index.embedded.encoding import decoded
from index.embedded.following import Changes, read_changes
from index.embedded.level import Level
from index.errors import IndexDamagedError, StorageFullError

EXACT_LIMIT = 20_000
RECENT_LIMIT = 4_000
_GROWTH_BEFORE_RETRAINING = 4
_TRAINING_VECTORS_PER_LIST = 40
_VECTORS_AT_ONCE = 20_000


def empty_view(dimension: int) -> DenseView:
    """Return the view that has seen nothing of the store yet."""
    return DenseView(-1, dimension, flat_index(dimension), flat_index(dimension), NO_IDS)


def caught_up(view: DenseView, connection: sqlite3.Connection) -> DenseView:
    """Return a view of the store as the connection's transaction sees it."""
    changes = read_changes(connection, view.revision)
    if changes.revision == view.revision:
        return view
    if changes.from_scratch or _outgrown(view, changes.added_count(connection)):
        return _made_anew(view.dimension, connection, Changes(-1, changes.revision))
    extended = _extended(view, connection, changes)
    return _compacted(extended) if _is_long(extended) else extended


def is_quick(view: DenseView, added: int) -> bool:
    """Return whether catching up with so many new children takes a few milliseconds."""
    return bool(view.recent.ntotal + added <= RECENT_LIMIT) and not _outgrown(view, added)


def save_base(view: DenseView, path: Path) -> None:
    """Write the base of a view whose every vector is in it."""
    try:
        faiss.write_index(view.base, str(path))
    except RuntimeError as error:
        path.unlink(missing_ok=True)
        raise StorageFullError(
            f"{path} cannot be written ({error}). Free some space and ingest again; what was"
            " stored is unharmed."
        ) from error


def load_base(path: Path, revision: int, dimension: int) -> DenseView:
    """Return the view that was saved; raise IndexDamagedError when it cannot be read."""
    try:
        base = faiss.read_index(str(path))
    except RuntimeError as error:
        raise IndexDamagedError(f"{path} cannot be read ({error}).") from error
    return DenseView(revision, dimension, base, flat_index(dimension), NO_IDS)


def compacted(view: DenseView) -> DenseView:
    """Return the same view with every vector in its base."""
    return _compacted(view) if view.recent.ntotal or len(view.gone) else view


def _outgrown(view: DenseView, added: int) -> bool:
    """Return whether the lists of the base were made for far fewer vectors."""
    count = int(view.base.ntotal) + added
    if not is_approximate(view.base):
        return count > EXACT_LIMIT
    return bool(_lists(count // _GROWTH_BEFORE_RETRAINING) > view.base.nlist)


def _made_anew(dimension: int, connection: sqlite3.Connection, changes: Changes) -> DenseView:
    """Return a view made from the whole store; a part of it is in memory at a time."""
    count = changes.added_count(connection)
    if count <= EXACT_LIMIT:
        base = flat_index(dimension)
    else:
        wanted = _lists(count) * _TRAINING_VECTORS_PER_LIST
        base = _trained(_sample(connection, wanted, dimension), count)
    for ids, vectors in _added(connection, changes, dimension):
        base.add_with_ids(vectors, ids)
    return DenseView(changes.revision, dimension, base, flat_index(dimension), NO_IDS)


def _extended(view: DenseView, connection: sqlite3.Connection, changes: Changes) -> DenseView:
    forgotten = np.asarray(changes.forgotten(connection, Level.CHILD), dtype=np.int64)
    recent_ids = ids_of(view.recent)
    kept = ~np.isin(recent_ids, forgotten)
    ids, vectors = [recent_ids[kept]], [vectors_of(view.recent)[kept]]
    for some_ids, some_vectors in _added(connection, changes, view.dimension):
        ids.append(some_ids)
        vectors.append(some_vectors)
    recent = flat_index(view.dimension, np.concatenate(ids), np.concatenate(vectors))
    gone = np.union1d(view.gone, forgotten)
    return replace(view, revision=changes.revision, recent=recent, gone=gone)


def _is_long(view: DenseView) -> bool:
    return bool(view.recent.ntotal > RECENT_LIMIT or len(view.gone) > RECENT_LIMIT)


def _compacted(view: DenseView) -> DenseView:
    ids, vectors = ids_of(view.recent), vectors_of(view.recent)
    if is_approximate(view.base):
        base = faiss.clone_index(view.base)
        base.remove_ids(faiss.IDSelectorBatch(view.gone))
        base.add_with_ids(vectors, ids)
    else:
        old = ids_of(view.base)
        kept = ~np.isin(old, view.gone)
        base = flat_index(
            view.dimension,
            np.concatenate([old[kept], ids]),
            np.concatenate([vectors_of(view.base)[kept], vectors]),
        )
    return replace(view, base=base, recent=flat_index(view.dimension), gone=NO_IDS)


def _trained(vectors: Vectors, count: int) -> FaissIndex:
    lists = _lists(count)
    index: FaissIndex = faiss.index_factory(
        vectors.shape[1], f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT
    )
    index.cp.seed = 1
    index.cp.max_points_per_centroid = _TRAINING_VECTORS_PER_LIST
    index.cp.min_points_per_centroid = 1
    index.train(vectors)
    return index


def _lists(count: int) -> int:
    """Return the usual number of lists, four times the root of the number of vectors."""
    return max(1, int(4 * count**0.5))


def _sample(connection: sqlite3.Connection, wanted: int, dimension: int) -> Vectors:
    highest = connection.execute("SELECT coalesce(max(child), 0) FROM embeddings").fetchone()[0]
    rows = connection.execute(
        "SELECT vector FROM embeddings WHERE child % ? = 0", (max(1, highest // wanted),)
    )
    return decoded([row[0] for row in rows], dimension)


def _added(
    connection: sqlite3.Connection, changes: Changes, dimension: int
) -> Iterator[tuple[Ids, Vectors]]:
    for some in changes.added_vectors(connection, _VECTORS_AT_ONCE):
        ids = np.fromiter((child_id for child_id, _ in some), dtype=np.int64, count=len(some))
        yield ids, decoded([blob for _, blob in some], dimension)
