"""The embedded index: opens the parts, hands out snapshots and the one writer."""

import sqlite3
from pathlib import Path

from filelock import FileLock, Timeout

from index.analyzer import Analyzer
from index.base import SearchIndex
from index.embedded import reading
from index.embedded.database import connect
from index.embedded.examination import examine
from index.embedded.followers import Followers
from index.embedded.live_reader import LiveReader
from index.embedded.manifest import FILE_NAME as MANIFEST_NAME
from index.embedded.reembedding import reembed
from index.embedded.restore import Restoration, restoring
from index.embedded.side_store import SideStore
from index.embedded.signatures import read_profiles
from index.embedded.snapshot import EmbeddedSnapshot
from index.embedded.store import (
    FILE_NAME,
    Identity,
    check_identity,
    create_store,
    read_meta,
)
from index.embedded.swapping import WRITER_LOCK, finish_restore, is_decided
from index.embedded.upgrading import bring_up_to_date
from index.embedded.writer import EmbeddedWriter
from index.embedder.base import Embedder
from index.errors import IndexLockedError, StorageFullError
from index.models import Failure, Finding, Fingerprint, IndexStatus, SimilarGroup
from index.similarity import groups_of

LOCK_NAME = WRITER_LOCK


class EmbeddedIndex(SearchIndex):
    """A folder that holds everything; it is opened for reading when a snapshot is first taken."""

    def __init__(self, folder: Path, embedder: Embedder, analyzer: Analyzer) -> None:
        self.embedder = embedder
        self.analyzer = analyzer
        self._folder = folder
        self._identity = Identity(embedder.name, embedder.dimension)
        self._reader = LiveReader(folder, self._identity, analyzer)

    def snapshot(self) -> EmbeddedSnapshot:
        """Return the newest revision that the followers have reached."""
        return self._reader.snapshot()

    def writer(self, *, rebuild: bool = False) -> EmbeddedWriter:
        """Return the writer, once the followers have caught up with the store."""
        converted = rebuild and reembed(self._folder, self.embedder, self._locked)
        lock = self._locked()
        connection: sqlite3.Connection | None = None
        try:
            connection = self._store_for_writing()
            SideStore(self._folder).drop_if_done(self._identity)
            if rebuild and not converted:
                (self._folder / MANIFEST_NAME).unlink(missing_ok=True)
            followers = Followers(self._folder, self._identity, self.analyzer)
            followers.publish(connection)
            return EmbeddedWriter(self._folder, connection, followers, self.embedder, lock.release)
        except BaseException:
            if connection is not None:
                connection.close()
            lock.release()
            raise

    def status(self) -> IndexStatus:
        """Return counts and revisions."""
        with self.snapshot() as snapshot:
            lexical_revision, dense_revision = snapshot.followed
        with self._reader.connection() as connection:
            counts = reading.read_counts(connection)
        return IndexStatus(
            **counts,
            lexical_revision=lexical_revision,
            dense_revision=dense_revision,
            size_bytes=sum(p.stat().st_size for p in self._folder.rglob("*") if p.is_file()),
            embedder=self._identity.embedder,
            analyzer=self.analyzer.name,
            dimension=self._identity.dimension,
        )

    def fingerprints(self) -> dict[str, Fingerprint]:
        """Return what was last read of every document."""
        with self._reader.connection() as connection:
            return reading.read_fingerprints(connection)

    def fingerprint(self, source: str) -> Fingerprint | None:
        """Return what was last read of one source; searching need not be possible."""
        with self._reader.connection() as connection:
            return reading.read_fingerprints(connection, source).get(source)

    def failures(self) -> list[Failure]:
        """Return the files that failed."""
        with self._reader.connection() as connection:
            return reading.read_failures(connection)

    def similar_groups(self) -> list[SimilarGroup]:
        """Return the documents that are nearly the same as another."""
        with self._reader.connection() as connection:
            return groups_of(read_profiles(connection))

    def examine(self) -> list[Finding]:
        """Return what a full check of store, followers and checksums found."""
        finish_restore(self._folder)
        return examine(self._folder, self._identity)

    def restore(self, file: Path, *, replace: bool = False) -> None:
        """Put a backup in the place of this index; readers that are open go on with it.

        Raises SearchIndexError, and leaves everything as it was, when the file is no whole backup
        made with this embedder, when somebody writes, and when there is an index already and
        ``replace`` is not set.
        """
        wanted = Restoration(file, self._folder, self._identity, replace)
        with (
            restoring(wanted) as folder,
            EmbeddedIndex(folder, self.embedder, self.analyzer) as restored,
        ):
            restored.writer().close()

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._reader.close()

    def _locked(self) -> FileLock:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._folder / LOCK_NAME, timeout=0)
            finish_restore(self._folder)
            lock.acquire()
        except Timeout as error:
            raise IndexLockedError(
                f"Another process is writing to {self._folder}. Wait until it has ended; a crash"
                " releases the lock."
            ) from error
        except OSError as error:
            raise StorageFullError(
                f"{self._folder} cannot be written ({error}). Check the permissions and the free"
                " space, or set MUREUM_DATA_DIR to another folder."
            ) from error
        if is_decided(self._folder):
            lock.release()
            raise IndexLockedError(f"{self._folder} is being restored. Try again in a moment.")
        return lock

    def _store_for_writing(self) -> sqlite3.Connection:
        path = self._folder / FILE_NAME
        connection = connect(path, write=True)
        try:
            if not read_meta(path, connection):
                create_store(path, connection, self._identity)
            check_identity(path, connection, self._identity)
            bring_up_to_date(path, connection)
        except BaseException:
            connection.close()
            raise
        return connection
