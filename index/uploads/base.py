"""The contract of every queue of uploads: files and jobs that survive whatever process dies.

A job does not carry out a command, it brings one document in line with what its upload says now.
So a job may be begun twice, and a later wish for the same document makes an earlier one harmless.
What a method has returned is durable.
"""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence

from index.base import Closable
from index.groups import PUBLIC, Groups
from index.uploads.models import (
    AS_THEY_ARE,
    Job,
    JobPage,
    JobState,
    Marks,
    ReceivedFile,
    Upload,
)


class Receiver(Closable):
    """Takes the bytes of one file; closed before ``finish`` it leaves nothing behind."""

    @abstractmethod
    def write(self, content: bytes) -> None:
        """Append to the file; raise StorageFullError when the disk is full."""

    @abstractmethod
    def finish(self) -> ReceivedFile:
        """Return the file once it is safe on the disk."""


class UploadQueue(Closable):
    """Where the service leaves files and wishes, and the worker finds them."""

    @abstractmethod
    def receiver(self) -> Receiver:
        """Return what takes the next file, under a generated name."""

    @abstractmethod
    def check_room(self, owner: str | None) -> None:
        """Raise QuotaExceededError where not even a file of one byte would be kept."""

    @abstractmethod
    def add(
        self,
        file: ReceivedFile,
        name: str,
        tags: frozenset[str],
        groups: Groups = PUBLIC,
        owner: str | None = None,
    ) -> Job:
        """Make a received file a document and return its job.

        The source is ``uploads/``, a folder that the groups name where there are some, and the
        name, cleaned, with a number where another document has that name; a document that is
        about to disappear gives its source back and becomes this file. Where a living upload for
        the same groups has the same bytes, its document learns the further name and tags and no
        second one is made; the outcome will be ``duplicate``. Of documents for other groups
        nothing shows. Raises FileNameError when nothing is left of the name.
        """

    @abstractmethod
    def replace(
        self,
        document_id: str,
        file: ReceivedFile,
        name: str,
        marks: Marks = AS_THEY_ARE,
        owner: str | None = None,
    ) -> Job:
        """Let a document be this file from now on, and carry these marks.

        Its source stays. Raises UploadNotFoundError when no such document was handed over, or when
        it is about to disappear, and QuotaExceededError as for add.
        """

    @abstractmethod
    def remove(self, document_id: str, owner: str | None = None) -> Job:
        """Let a document and its file disappear; raise UploadNotFoundError for no upload.

        Where it is about to disappear already, the job that waits for that is returned.
        """

    @abstractmethod
    def retry(self, document_id: str, owner: str | None = None) -> Job:
        """Let a document be read again though its bytes are the same; errors as for replace."""

    @abstractmethod
    def job(self, job_id: str, owner: str | None = None) -> Job:
        """Return a job, which must be this owner's where one is given.

        Raises JobNotFoundError when there is none.
        """

    @abstractmethod
    def jobs(
        self,
        *,
        limit: int,
        offset: int = 0,
        state: JobState | None = None,
        owner: str | None = None,
    ) -> JobPage:
        """Return jobs, the newest first; with an ``owner`` none but theirs."""

    @abstractmethod
    def uploads(self, document_ids: Collection[str]) -> Mapping[str, Upload]:
        """Return those of these documents that were handed over, by id."""

    @abstractmethod
    def settled(self) -> Sequence[Upload]:
        """Return the uploads that shall stay and that no job is about any more, by source."""

    @abstractmethod
    def has_work(self) -> bool:
        """Return whether there is a job to claim now."""

    @abstractmethod
    def claim(self, limit: int, lease_seconds: float) -> Sequence[Job]:
        """Return jobs to do now, oldest first, at most one a document, marked as running.

        A running job whose lease has run out belongs to a worker that died: it is given again,
        alone, if that worker had told a stage of it. One that has ``MOST_CRASHES`` is given too,
        and has to be failed without being begun.
        """

    @abstractmethod
    def hold(
        self, job_ids: Collection[str], lease_seconds: float, stage: str = ""
    ) -> frozenset[str]:
        """Prolong leases and tell what is being done; return those jobs that are still held here.

        An empty stage leaves the present one. A job that is missing in the answer was given to
        another worker meanwhile: nothing may be stored of it.
        """

    @abstractmethod
    def content(self, upload: Upload) -> bytes:
        """Return the bytes of an upload; raise UploadNotFoundError when they are gone."""

    @abstractmethod
    def finish(self, job_id: str, outcome: str) -> None:
        """Mark a job as done; after a deletion nothing but its jobs remembers the document.

        Files that its document was before are gone when the last job of it is done, and at once
        when it was removed, though another file has its name meanwhile. Nothing
        happens, here and in ``fail`` and ``put_back``, to a job that is no longer held here.
        """

    @abstractmethod
    def fail(self, job_id: str, reason: str, message: str) -> None:
        """Mark a job as failed for good; the upload stays, so that it can be tried again."""

    @abstractmethod
    def put_back(self, job_ids: Collection[str]) -> None:
        """Let jobs wait again, in their old places."""

    @abstractmethod
    def lost_files(self) -> int:
        """Return how many files ``clean`` would remove."""

    @abstractmethod
    def clean(self) -> int:
        """Remove files that nothing refers to any more, and return how many there were.

        A file that is being received, or was a moment ago, is left alone.
        """
