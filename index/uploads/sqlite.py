"""The embedded queue of uploads: a database for what is known, a folder for the files.

The database is not the index's store: that one is locked while a batch of an ingestion is stored,
and taking an upload never waits for that.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from index.uploads.folder import FolderShelf
from index.uploads.queue import LedgerQueue, utc_now
from index.uploads.quota import UNLIMITED, Quota
from index.uploads.sqlite_ledger import SqliteLedger

DATABASE_NAME = "jobs.sqlite3"
FOLDER_NAME = "uploads"


class SqliteUploads(LedgerQueue):
    """A queue that several processes use; nothing is made on the disk before it is needed."""

    def __init__(
        self,
        data_dir: Path,
        now: Callable[[], datetime] = utc_now,
        quota: Quota = UNLIMITED,
    ) -> None:
        shelf = FolderShelf(data_dir / FOLDER_NAME, lambda: now().timestamp())
        super().__init__(SqliteLedger(data_dir / DATABASE_NAME), shelf, now, quota)
