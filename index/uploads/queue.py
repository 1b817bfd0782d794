"""The queue over a ledger and a shelf: the same rules for every place where they lie."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from index.errors import JobNotFoundError, UploadNotFoundError
from index.groups import PUBLIC, Groups
from index.uploads.base import Receiver, UploadQueue
from index.uploads.ledger import FileShelf, Ledger
from index.uploads.models import (
    AS_THEY_ARE,
    Job,
    JobPage,
    JobState,
    Marks,
    ReceivedFile,
    Upload,
)
from index.uploads.quota import UNLIMITED, Quota
from index.uploads.wishes import Wishes
from index.uploads.work import Work


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class LedgerQueue(UploadQueue):
    """Keeps its records in a ledger and its files on a shelf."""

    def __init__(
        self,
        ledger: Ledger,
        shelf: FileShelf,
        now: Callable[[], datetime] = utc_now,
        quota: Quota = UNLIMITED,
    ) -> None:
        self._ledger = ledger
        self._shelf = shelf
        self._wishes = Wishes(ledger, shelf, now, quota)
        self._work = Work(ledger, shelf, now)

    def receiver(self) -> Receiver:
        """Return what takes the next file."""
        return self._shelf.receiver()

    def check_room(self, owner: str | None) -> None:
        """Raise QuotaExceededError where nothing more of an owner is kept."""
        self._wishes.check_room(owner)

    def add(
        self,
        file: ReceivedFile,
        name: str,
        tags: frozenset[str],
        groups: Groups = PUBLIC,
        owner: str | None = None,
    ) -> Job:
        """Make a received file a document."""
        return self._wishes.add(file, name, tags, groups, owner)

    def replace(
        self,
        document_id: str,
        file: ReceivedFile,
        name: str,
        marks: Marks = AS_THEY_ARE,
        owner: str | None = None,
    ) -> Job:
        """Let a document be this file from now on."""
        return self._wishes.replace(document_id, file, name, marks, owner)

    def remove(self, document_id: str, owner: str | None = None) -> Job:
        """Let a document disappear."""
        return self._wishes.remove(document_id, owner)

    def retry(self, document_id: str, owner: str | None = None) -> Job:
        """Let a document be read again."""
        return self._wishes.retry(document_id, owner)

    def job(self, job_id: str, owner: str | None = None) -> Job:
        """Return a job."""
        entry = self._ledger.entry(job_id)
        if entry is None or owner not in (None, entry.job.owner):
            raise JobNotFoundError(
                f"No job has the id {job_id!r}. Jobs that ended long ago are forgotten."
            )
        return entry.job

    def jobs(
        self,
        *,
        limit: int,
        offset: int = 0,
        state: JobState | None = None,
        owner: str | None = None,
    ) -> JobPage:
        """Return jobs, the newest first."""
        return self._ledger.page(limit, offset, state, owner)

    def uploads(self, document_ids: Collection[str]) -> Mapping[str, Upload]:
        """Return those of these documents that were handed over."""
        found = {document_id: self._ledger.upload(document_id) for document_id in document_ids}
        return {document_id: upload for document_id, upload in found.items() if upload}

    def settled(self) -> Sequence[Upload]:
        """Return the uploads that shall stay and that no job is about."""
        return self._ledger.settled_uploads()

    def has_work(self) -> bool:
        """Return whether there is a job to claim now."""
        return self._work.is_due()

    def claim(self, limit: int, lease_seconds: float) -> Sequence[Job]:
        """Return jobs to do now."""
        return self._work.claim(limit, lease_seconds)

    def hold(
        self, job_ids: Collection[str], lease_seconds: float, stage: str = ""
    ) -> frozenset[str]:
        """Prolong leases, and return what is still held."""
        return self._work.hold(job_ids, lease_seconds, stage)

    def content(self, upload: Upload) -> bytes:
        """Return the bytes of an upload."""
        content = self._shelf.read(upload.file.key)
        if content is None:
            raise UploadNotFoundError(
                f"The file of {upload.source} is gone. Hand it over again, or remove the document."
            )
        return content

    def finish(self, job_id: str, outcome: str) -> None:
        """Mark a job as done."""
        self._work.finish(job_id, outcome)

    def fail(self, job_id: str, reason: str, message: str) -> None:
        """Mark a job as failed."""
        self._work.fail(job_id, reason, message)

    def put_back(self, job_ids: Collection[str]) -> None:
        """Let jobs wait again."""
        self._work.put_back(job_ids)

    def lost_files(self) -> int:
        """Return how many files nothing refers to any more."""
        return len(self._lost())

    def clean(self) -> int:
        """Remove files that nothing refers to any more."""
        if not self._shelf.left_alone():
            return 0
        with self._ledger.transaction():
            lost = self._lost()
            self._shelf.discard(lost)
        return len(lost)

    def close(self) -> None:
        """Close the records and the files."""
        self._ledger.close()
        self._shelf.close()

    def _lost(self) -> frozenset[str]:
        left = self._shelf.left_alone()
        return left - self._ledger.owned(left) if left else frozenset()
