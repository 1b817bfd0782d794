"""The records of uploads in a SQLite database of their own."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.groups import Groups
from index.uploads.ledger import Entry, Ledger
from index.uploads.models import Job, JobPage, JobState, Upload
from index.uploads.quota import Usage
from index.uploads.sqlite_database import Database
from index.uploads.sqlite_rows import (
    Row,
    entry_of,
    entry_row,
    job_of,
    names_column,
    upload_of,
    upload_row,
)

_OPEN = "state IN ('waiting', 'running')"


class SqliteLedger(Ledger):
    """Records that several processes and threads use at once."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let one process at a time change anything."""
        with self._database.transaction():
            yield

    def upload(self, document_id: str) -> Upload | None:
        """Return an upload."""
        row = self._row("SELECT * FROM uploads WHERE document_id = ?", document_id)
        return upload_of(row) if row else None

    def living_upload_of(self, content_hash: str, groups: Groups) -> Upload | None:
        """Return the living upload with these bytes, for these groups."""
        row = self._row(
            "SELECT * FROM uploads WHERE content_hash = ? AND group_names = ? AND NOT deleted"
            " LIMIT 1",
            content_hash,
            names_column(groups),
        )
        return upload_of(row) if row else None

    def usage(self, owner: str | None) -> Usage:
        """Return what an owner's living uploads take."""
        row = self._row(
            "SELECT COALESCE(SUM(size_bytes), 0) AS size_bytes, COUNT(*) AS files FROM uploads"
            " WHERE owner IS ? AND NOT deleted",
            owner,
        )
        return Usage(row["size_bytes"], row["files"]) if row else Usage()

    def settled_uploads(self) -> Sequence[Upload]:
        """Return the living uploads without open jobs; looking for some makes no database."""
        if not self._database.exists:
            return []
        mine = f"SELECT 1 FROM jobs WHERE jobs.document_id = uploads.document_id AND {_OPEN}"
        query = f"SELECT * FROM uploads WHERE NOT deleted AND NOT EXISTS ({mine}) ORDER BY source"
        return [upload_of(row) for row in self._rows(query)]

    def keep_upload(self, upload: Upload) -> None:
        """Write an upload."""
        self._write("INSERT OR REPLACE INTO uploads", upload_row(upload))
        file: Row = {"file_key": upload.file.key, "document_id": upload.document_id}
        self._write("INSERT OR REPLACE INTO files", file)

    def forget_upload(self, document_id: str) -> None:
        """Remove an upload."""
        self._rows("DELETE FROM uploads WHERE document_id = ?", document_id)

    def files_of(self, document_id: str) -> frozenset[str]:
        """Return the keys of a document's files."""
        rows = self._rows("SELECT file_key FROM files WHERE document_id = ?", document_id)
        return frozenset(row["file_key"] for row in rows)

    def forget_files(self, keys: Collection[str]) -> None:
        """Let files belong to nothing."""
        for key in keys:
            self._rows("DELETE FROM files WHERE file_key = ?", key)

    def owned(self, keys: Collection[str]) -> frozenset[str]:
        """Return those keys that belong to a document."""
        known = (self._row("SELECT file_key FROM files WHERE file_key = ?", key) for key in keys)
        return frozenset(row["file_key"] for row in known if row)

    def append(self, job: Job, *, duplicate: bool) -> None:
        """Write a new job; SQLite gives it the next number."""
        self._write("INSERT INTO jobs", entry_row(Entry(0, job, duplicate=duplicate)))

    def entry(self, job_id: str) -> Entry | None:
        """Return a job."""
        row = self._row("SELECT * FROM jobs WHERE job_id = ?", job_id)
        return entry_of(row) if row else None

    def keep_entry(self, entry: Entry) -> None:
        """Write a job."""
        self._write("INSERT OR REPLACE INTO jobs", {"number": entry.number, **entry_row(entry)})

    def open_jobs(self, document_id: str) -> Sequence[Job]:
        """Return a document's open jobs."""
        query = f"SELECT * FROM jobs WHERE document_id = ? AND {_OPEN} ORDER BY number"
        return [job_of(row) for row in self._rows(query, document_id)]

    def due(self, now: float, limit: int) -> Sequence[Entry]:
        """Return jobs to do; looking for some makes no database."""
        if not self._database.exists:
            return []
        older = (
            "SELECT 1 FROM jobs AS older WHERE older.document_id = jobs.document_id"
            f" AND older.{_OPEN} AND older.number < jobs.number"
        )
        query = (
            f"SELECT * FROM jobs WHERE {_OPEN} AND leased_until < ? AND NOT EXISTS ({older})"
            " ORDER BY number LIMIT ?"
        )
        return [entry_of(row) for row in self._rows(query, now, limit)]

    def page(self, limit: int, offset: int, state: JobState | None, owner: str | None) -> JobPage:
        """Return jobs, the newest first."""
        given = {"state": state.value if state else None, "owner": owner}
        conditions = [f"{name} = ?" for name, value in given.items() if value is not None]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        wanted = [value for value in given.values() if value is not None]
        total = self._row(f"SELECT COUNT(*) AS total FROM jobs {where}", *wanted)
        query = f"SELECT * FROM jobs {where} ORDER BY number DESC LIMIT ? OFFSET ?"
        rows = self._rows(query, *wanted, limit, offset)
        return JobPage(tuple(job_of(row) for row in rows), total["total"] if total else 0)

    def forget_finished(self, kept: int) -> None:
        """Remove old finished jobs."""
        newest = "SELECT MAX(number) FROM jobs"
        self._rows(f"DELETE FROM jobs WHERE number <= ({newest}) - ? AND NOT {_OPEN}", kept)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _row(self, query: str, *values: str | float | None) -> sqlite3.Row | None:
        return next(iter(self._rows(query, *values)), None)

    def _rows(self, query: str, *values: str | float | None) -> list[sqlite3.Row]:
        with self._database.reading() as connection:
            return connection.execute(query, values).fetchall()

    def _write(self, statement: str, row: Row) -> None:
        columns, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        with self._database.reading() as connection:
            connection.execute(f"{statement} ({columns}) VALUES ({marks})", row)
