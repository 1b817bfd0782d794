"""Reading whatever store lies in the folder: the usual one, and another after a restore."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.analyzer import Analyzer
from index.embedded.reader import StoreReader
from index.embedded.snapshot import EmbeddedSnapshot
from index.embedded.store import Identity
from index.embedded.swapping import finish_restore
from index.errors import SearchIndexError

_ATTEMPTS = 5
"""A restored index takes the place of another in a moment; nobody restores without end."""


class LiveReader:
    """Takes snapshots of the store that has the name now; a service need not be started again."""

    def __init__(self, folder: Path, identity: Identity, analyzer: Analyzer) -> None:
        self._folder = folder
        self._identity = identity
        self._analyzer = analyzer
        self._changing = threading.Lock()
        self._reader: StoreReader | None = None

    def snapshot(self) -> EmbeddedSnapshot:
        """Return a snapshot whose store and followers belong together."""
        for _ in range(_ATTEMPTS):
            reader = self.current()
            try:
                snapshot = reader.snapshot()
            except SearchIndexError:
                if reader.is_current():
                    raise
                continue
            if reader.is_current():
                return snapshot
            snapshot.close()
        raise SearchIndexError(f"{self._folder} is being restored. Try again soon.")

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that reads."""
        with self.current().connection() as connection:
            yield connection

    def current(self) -> StoreReader:
        """Return the reader of the file that lies in the folder now."""
        reader = self._reader
        if reader is not None and reader.is_current():
            return reader
        with self._changing:
            if self._reader is None or not self._reader.is_current():
                finish_restore(self._folder)
                old = self._reader
                self._reader = StoreReader(self._folder, self._identity, self._analyzer)
                if old is not None:
                    old.retire()
            return self._reader

    def close(self) -> None:
        """Wait for work behind the scenes and close the idle connections."""
        with self._changing:
            if self._reader is not None:
                self._reader.close()
