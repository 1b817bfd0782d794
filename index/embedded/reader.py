"""Reading one store: connections used again, and views that follow the store as it grows."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue

from index.analyzer import Analyzer
from index.embedded import lexical
from index.embedded.allowed import AllowedChunks
from index.embedded.database import translated
from index.embedded.dense import DenseView
from index.embedded.dense_building import caught_up, is_quick
from index.embedded.followers import damaged_lexical, open_dense
from index.embedded.following import read_changes
from index.embedded.lexical import LexicalFollower, LexicalSearcher
from index.embedded.manifest import Manifest, read_manifest
from index.embedded.snapshot import EmbeddedSnapshot
from index.embedded.store import FILE_NAME, Identity, check_identity, open_store, read_revision
from index.errors import IndexDamagedError, IndexMismatchError

_LOOKS = 10
"""Files that a writer replaces at this very moment look damaged; damage stays at every look."""

_SECONDS_BETWEEN_LOOKS = 0.05


class StoreReader:
    """Takes snapshots. A small change is caught up with at once, a large one behind the scenes.

    It belongs to one file: when a restored store takes the file's place, another one reads that.
    """

    def __init__(self, folder: Path, identity: Identity, analyzer: Analyzer) -> None:
        self._folder = folder
        self._path = folder / FILE_NAME
        self._identity = identity
        self._analyzer = analyzer
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._allowed = AllowedChunks()
        self._changing = threading.Lock()
        self._behind: threading.Thread | None = None
        self._follower: LexicalFollower | None = None
        self._views: tuple[LexicalSearcher, DenseView] | None = None
        self._file = file_identity(self._path)
        self._closed = False

    def is_current(self) -> bool:
        """Return whether the file is still the one that lies in the folder."""
        return not self._closed and file_identity(self._path) == self._file

    def snapshot(self) -> EmbeddedSnapshot:
        """Return a snapshot of the store, with views of the same revision or a little older."""
        connection = self._take()
        try:
            connection.execute("BEGIN")
            views = self._current_views(connection)
        except BaseException:
            connection.close()
            raise
        seen = (*views, self._allowed)
        return EmbeddedSnapshot(self._path, connection, seen, self._analyzer, self._put_back)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that reads."""
        connection = self._take()
        try:
            with translated(self._path):
                yield connection
        finally:
            self._put_back(connection)

    def retire(self) -> None:
        """Close the connections, those in use when they are given back; wait for nothing."""
        self._closed = True
        self._close_idle()

    def close(self) -> None:
        """Wait for work behind the scenes and close the connections."""
        self.retire()
        if self._behind is not None:
            self._behind.join()

    def _put_back(self, connection: sqlite3.Connection) -> None:
        self._idle.put(connection)
        if self._closed:
            self._close_idle()

    def _close_idle(self) -> None:
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except Empty:
            return open_store(self._folder, self._identity, write=False)

    def _current_views(self, connection: sqlite3.Connection) -> tuple[LexicalSearcher, DenseView]:
        with translated(self._path):
            revision = read_revision(connection)
            views = self._views
            if views is None:
                with self._changing:
                    return self._views or self._first_views(connection)
            if revision <= min(views[0].revision, views[1].revision):
                return views
            check_identity(self._path, connection, self._identity)
            return self._followed(connection, revision)

    def _first_views(self, connection: sqlite3.Connection) -> tuple[LexicalSearcher, DenseView]:
        manifest = read_manifest(self._folder)
        self._follower = self._open_lexical(manifest)
        view = caught_up(open_dense(self._folder, manifest, self._identity), connection)
        self._views = (self._follower.searcher(), view)
        return self._views

    def _followed(
        self, connection: sqlite3.Connection, revision: int
    ) -> tuple[LexicalSearcher, DenseView]:
        with self._changing:
            if self._views is None or self._follower is None:
                return self._first_views(connection)
            searcher, view = self._views
            if searcher.revision < revision:
                searcher = self._follower.searcher()
            if view.revision < revision:
                changes = read_changes(connection, view.revision)
                if is_quick(view, changes.added_count(connection)):
                    view = caught_up(view, connection)
                else:
                    self._follow_behind()
            self._views = (searcher, view)
            return self._views

    def _follow_behind(self) -> None:
        if self._behind is None or not self._behind.is_alive():
            self._behind = threading.Thread(target=self._catch_up, name="dense-catch-up")
            self._behind.start()

    def _catch_up(self) -> None:
        """Make a new view beside the old one; searches go on meanwhile."""
        with self.connection() as connection:
            connection.execute("BEGIN")
            try:
                views = self._views
                if views is not None:
                    view = caught_up(views[1], connection)
                    with self._changing:
                        newest = self._views or views
                        self._views = (newest[0], max(view, newest[1], key=_revision))
            finally:
                connection.execute("ROLLBACK")

    def _open_lexical(self, manifest: Manifest) -> LexicalFollower:
        if manifest.analyzer != self._analyzer.name:
            raise IndexMismatchError(
                f"The BM25 index was made with the analyzer {manifest.analyzer}, and"
                f" {self._analyzer.name} is in use. Make it again with:"
                " python -m ingest doctor --repair"
            )
        for _ in range(_LOOKS):
            problems = damaged_lexical(self._folder, read_manifest(self._folder))
            if not problems:
                return LexicalFollower(self._folder / lexical.FOLDER_NAME)
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        raise IndexDamagedError(
            f"{self._folder}: {'; '.join(problems)}. Make the BM25 index again with:"
            " python -m ingest doctor --repair"
        )


def file_identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one that takes its name; None where there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _revision(view: DenseView) -> int:
    return view.revision
