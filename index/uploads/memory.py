"""A queue of uploads in memory: for tests; nothing is kept."""

import hashlib
import secrets
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from index.groups import Groups
from index.uploads.base import Receiver
from index.uploads.ledger import Entry, FileShelf, Ledger
from index.uploads.models import Job, JobPage, JobState, ReceivedFile, Upload
from index.uploads.queue import LedgerQueue, utc_now
from index.uploads.quota import UNLIMITED, Quota, Usage

_OPEN = (JobState.WAITING, JobState.RUNNING)


class InMemoryUploads(LedgerQueue):
    """A queue that ends with its process."""

    def __init__(self, now: Callable[[], datetime] = utc_now, quota: Quota = UNLIMITED) -> None:
        super().__init__(InMemoryLedger(), InMemoryShelf(), now, quota)
        self._now = now
        self._quota = quota

    def another_worker(self) -> LedgerQueue:
        """Return the same queue as another process would see it."""
        return LedgerQueue(self._ledger, self._shelf, self._now, self._quota)


class InMemoryLedger(Ledger):
    """Records in dictionaries; a transaction that fails puts the old ones back."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._uploads: dict[str, Upload] = {}
        self._owners: dict[str, str] = {}
        self._entries: dict[str, Entry] = {}
        self._newest = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let one thread at a time change anything."""
        with self._lock:
            before = (dict(self._uploads), dict(self._owners), dict(self._entries))
            try:
                yield
            except BaseException:
                self._uploads, self._owners, self._entries = before
                raise

    def upload(self, document_id: str) -> Upload | None:
        """Return an upload."""
        return self._uploads.get(document_id)

    def living_upload_of(self, content_hash: str, groups: Groups) -> Upload | None:
        """Return the living upload with these bytes, for these groups."""
        for upload in self._uploads.values():
            same = (upload.file.content_hash, upload.groups) == (content_hash, groups)
            if same and not upload.deleted:
                return upload
        return None

    def usage(self, owner: str | None) -> Usage:
        """Return what an owner's living uploads take."""
        own = [each for each in self._uploads.values() if each.owner == owner and not each.deleted]
        return Usage(sum(each.file.size_bytes for each in own), len(own))

    def settled_uploads(self) -> Sequence[Upload]:
        """Return the living uploads without open jobs."""
        living = [each for each in self._uploads.values() if not each.deleted]
        settled = [each for each in living if not self.open_jobs(each.document_id)]
        return sorted(settled, key=lambda each: each.source)

    def keep_upload(self, upload: Upload) -> None:
        """Write an upload."""
        self._uploads[upload.document_id] = upload
        self._owners[upload.file.key] = upload.document_id

    def forget_upload(self, document_id: str) -> None:
        """Remove an upload."""
        self._uploads.pop(document_id, None)

    def files_of(self, document_id: str) -> frozenset[str]:
        """Return the keys of a document's files."""
        return frozenset(key for key, owner in self._owners.items() if owner == document_id)

    def forget_files(self, keys: Collection[str]) -> None:
        """Let files belong to nothing."""
        for key in keys:
            del self._owners[key]

    def owned(self, keys: Collection[str]) -> frozenset[str]:
        """Return those keys that belong to a document."""
        return frozenset(keys) & self._owners.keys()

    def append(self, job: Job, *, duplicate: bool) -> None:
        """Write a new job."""
        self._newest += 1
        self._entries[job.job_id] = Entry(self._newest, job, duplicate=duplicate)

    def entry(self, job_id: str) -> Entry | None:
        """Return a job."""
        return self._entries.get(job_id)

    def keep_entry(self, entry: Entry) -> None:
        """Write a job."""
        self._entries[entry.job.job_id] = entry

    def open_jobs(self, document_id: str) -> Sequence[Job]:
        """Return a document's open jobs."""
        return [e.job for e in self._open() if e.job.document_id == document_id]

    def due(self, now: float, limit: int) -> Sequence[Entry]:
        """Return jobs to do."""
        oldest: dict[str, Entry] = {}
        for entry in self._open():
            oldest.setdefault(entry.job.document_id, entry)
        due = [e for e in oldest.values() if e.leased_until < now]
        return due[:limit]

    def page(self, limit: int, offset: int, state: JobState | None, owner: str | None) -> JobPage:
        """Return jobs, the newest first."""
        with self._lock:
            jobs = [entry.job for entry in reversed(self._entries.values())]
        mine = [job for job in jobs if owner in (None, job.owner)]
        wanted = [job for job in mine if state in (None, job.state)]
        return JobPage(tuple(wanted[offset : offset + limit]), len(wanted))

    def forget_finished(self, kept: int) -> None:
        """Remove old finished jobs."""
        self._entries = {
            job_id: entry
            for job_id, entry in self._entries.items()
            if entry.job.state in _OPEN or entry.number > self._newest - kept
        }

    def close(self) -> None:
        """Keep everything: what is in memory can be read on."""

    def _open(self) -> list[Entry]:
        with self._lock:
            return [e for e in self._entries.values() if e.job.state in _OPEN]


class InMemoryShelf(FileShelf):
    """Bytes in a dictionary; a file counts as left alone as soon as it is received."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def receiver(self) -> Receiver:
        """Return what takes the next file."""
        return _InMemoryReceiver(self._files)

    def read(self, key: str) -> bytes | None:
        """Return the bytes of a file."""
        return self._files.get(key)

    def discard(self, keys: Collection[str]) -> None:
        """Remove files."""
        for key in keys:
            self._files.pop(key, None)

    def left_alone(self) -> frozenset[str]:
        """Return all keys."""
        return frozenset(self._files)

    def close(self) -> None:
        """Keep everything."""


class _InMemoryReceiver(Receiver):
    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files
        self._parts: list[bytes] = []

    def write(self, content: bytes) -> None:
        self._parts.append(bytes(content))

    def finish(self) -> ReceivedFile:
        content = b"".join(self._parts)
        key = secrets.token_hex(16)
        self._files[key] = content
        return ReceivedFile(key, hashlib.sha256(content).hexdigest(), len(content))

    def close(self) -> None:
        self._parts.clear()
