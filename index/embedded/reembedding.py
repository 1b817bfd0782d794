"""Converting a store to another embedder, from the text that it holds, beside the live index.

The new vectors are made into a database of their own, by the text that they are of, while
searches and ingests go on with the old ones. What is missing at the end is made under the
writer's lock, and one transaction lets the store have the new vectors and the new embedder's name.
A conversion that was ended goes on where it stopped.
"""

import logging
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from filelock import FileLock, Timeout

from index.embedded import dense_building
from index.embedded.database import translated
from index.embedded.dense import DenseView
from index.embedded.followers import switch_vectors
from index.embedded.reader import file_identity
from index.embedded.reading import count_children
from index.embedded.side_store import SideStore
from index.embedded.store import (
    FILE_NAME,
    READABLE_FORMATS,
    Identity,
    next_revision,
    read_meta,
    read_revision,
)
from index.embedder.base import Embedder, TextKind
from index.errors import IndexLockedError, SearchIndexError

logger = logging.getLogger(__name__)

_LOCK_NAME = "reembedding.lock"
_CHILDREN_AT_ONCE = 512
_SECONDS_BETWEEN_TRIES = 1.0


def reembed(folder: Path, embedder: Embedder, locked: Callable[[], FileLock]) -> bool:
    """Return whether the store was converted; an embedder that made its vectors has nothing to do.

    ``locked`` returns the writer's lock; while somebody else has it, this waits.
    """
    if not _is_foreign(folder, embedder):
        return False
    try:
        with FileLock(folder / _LOCK_NAME, timeout=0):
            with closing(_Reembedding(folder, embedder)) as conversion:
                conversion.convert(locked)
            SideStore(folder).drop()
    except Timeout as error:
        raise IndexLockedError(
            f"Another process is embedding {folder} again. Wait until it has ended; a crash"
            " releases the lock, and what was embedded is kept."
        ) from error
    return True


def _is_foreign(folder: Path, embedder: Embedder) -> bool:
    """Return whether there is a store that can be read and whose vectors another model made."""
    path = folder / FILE_NAME
    if not path.exists():
        return False
    with translated(path), closing(sqlite3.connect(path)) as connection:
        meta = read_meta(path, connection)
    identity = (embedder.name, str(embedder.dimension))
    return (
        meta.get("format") in READABLE_FORMATS and (meta["embedder"], meta["dimension"]) != identity
    )


class _Reembedding:
    """One conversion: its own connection to the store, with the new vectors attached."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._folder = folder
        self._path = folder / FILE_NAME
        self._embedder = embedder
        self._identity = Identity(embedder.name, embedder.dimension)
        self._side = SideStore(folder)
        self._file = file_identity(self._path)
        self._connection = self._side.attached(self._identity)

    def close(self) -> None:
        """Close both databases."""
        self._connection.close()

    def convert(self, locked: Callable[[], FileLock]) -> None:
        """Make what is missing, again and again until nobody writes, and let it count."""
        with translated(self._path):
            view = self._followed(dense_building.empty_view(self._identity.dimension))
            lock = self._waited_for(locked)
            try:
                self._check_place()
                self._let_it_count(self._followed(view))
            finally:
                lock.release()

    def _waited_for(self, locked: Callable[[], FileLock]) -> FileLock:
        """Return the writer's lock; what others store meanwhile is embedded while it waits."""
        told = False
        while True:
            try:
                return locked()
            except IndexLockedError:
                if not told:
                    logger.warning("All is embedded; waiting for another process to end writing.")
                told = True
                time.sleep(_SECONDS_BETWEEN_TRIES)
                self._embed_missing()

    def _embed_missing(self) -> None:
        """Embed every text of the store that has no new vector; no transaction lasts meanwhile."""
        last = 0
        while rows := self._side.missing(self._connection, last, _CHILDREN_AT_ONCE):
            texts = {text_hash: text for _, text_hash, text in rows}
            vectors = self._embedder.encode(list(texts.values()), TextKind.PASSAGE)
            self._check_place()
            self._side.put(list(texts), vectors)
            last = rows[-1][0]

    def _followed(self, view: DenseView) -> DenseView:
        """Return a view of all new vectors; few are read from the store, as always."""
        while True:
            self._embed_missing()
            self._connection.execute("BEGIN")
            try:
                if not self._side.missing(self._connection, 0, 1):
                    return self._view_now(view)
            finally:
                self._connection.execute("ROLLBACK")

    def _view_now(self, view: DenseView) -> DenseView:
        if count_children(self._connection) <= dense_building.EXACT_LIMIT:
            return view
        return dense_building.compacted(dense_building.caught_up(view, self._connection))

    def _check_place(self) -> None:
        if file_identity(self._path) != self._file:
            raise SearchIndexError(
                f"{self._path} was restored meanwhile. Embed what it holds now with:"
                " python -m ingest --rebuild"
            )

    def _let_it_count(self, view: DenseView) -> None:
        """Switch; who has the old vectors in use sees that at the next question."""
        name = ""
        if view.revision >= 0:
            name = f"dense-{read_revision(self._connection) + 1}.faiss"
            dense_building.save_base(view, self._folder / name)
        with next_revision(self._connection, self._path) as revision:
            self._side.replace_vectors(self._connection, self._identity)
        switch_vectors(self._folder, self._identity, name, revision)
