"""What a queue of uploads keeps, apart from what it decides: records, and the bytes of files.

A member of the contract writes these two; the rules are the same for all of them.
"""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from index.base import Closable
from index.groups import Groups
from index.uploads.base import Receiver
from index.uploads.models import Job, JobPage, JobState, Upload
from index.uploads.quota import Usage


@dataclass(frozen=True, slots=True)
class Entry:
    """A job with what only the queue knows of it; a lower number is an older job.

    ``leased_until`` counts seconds of the clock. ``alone`` tells that it is, or has to be, given
    to a worker without others; ``duplicate`` that a living upload had the same bytes.
    """

    number: int
    job: Job
    worker: str = ""
    leased_until: float = 0.0
    alone: bool = False
    duplicate: bool = False


class Ledger(Closable):
    """The records of uploads, of the files that belong to them, and of jobs."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Keep all that the block changes, or nothing of it, with nobody in between."""

    @abstractmethod
    def upload(self, document_id: str) -> Upload | None:
        """Return the upload of a document, if there is one."""

    @abstractmethod
    def living_upload_of(self, content_hash: str, groups: Groups) -> Upload | None:
        """Return the upload with these bytes, for just these groups, that is not to disappear."""

    @abstractmethod
    def usage(self, owner: str | None) -> Usage:
        """Return what the uploads of an owner take that are not about to disappear."""

    @abstractmethod
    def settled_uploads(self) -> Sequence[Upload]:
        """Return the living uploads without jobs that wait or run, by source."""

    @abstractmethod
    def keep_upload(self, upload: Upload) -> None:
        """Write an upload in place of what its document was; its file belongs to it from now on."""

    @abstractmethod
    def forget_upload(self, document_id: str) -> None:
        """Remove an upload; its files still belong to it."""

    @abstractmethod
    def files_of(self, document_id: str) -> frozenset[str]:
        """Return the keys of all files that belong to a document, old ones too."""

    @abstractmethod
    def forget_files(self, keys: Collection[str]) -> None:
        """Let files belong to nothing."""

    @abstractmethod
    def owned(self, keys: Collection[str]) -> frozenset[str]:
        """Return those of these keys whose files belong to a document."""

    @abstractmethod
    def append(self, job: Job, *, duplicate: bool) -> None:
        """Write a new job behind all others."""

    @abstractmethod
    def entry(self, job_id: str) -> Entry | None:
        """Return a job, if there is one."""

    @abstractmethod
    def keep_entry(self, entry: Entry) -> None:
        """Write a job in place of what it was."""

    @abstractmethod
    def open_jobs(self, document_id: str) -> Sequence[Job]:
        """Return the jobs of a document that wait or run, oldest first."""

    @abstractmethod
    def due(self, now: float, limit: int) -> Sequence[Entry]:
        """Return jobs to do, oldest first: waiting ones and those whose lease ended before now.

        Only the oldest open job of each document is among them.
        """

    @abstractmethod
    def page(self, limit: int, offset: int, state: JobState | None, owner: str | None) -> JobPage:
        """Return jobs, the newest first."""

    @abstractmethod
    def forget_finished(self, kept: int) -> None:
        """Remove the finished jobs that are not among so many newest jobs."""


class FileShelf(Closable):
    """The bytes of files under generated keys."""

    @abstractmethod
    def receiver(self) -> Receiver:
        """Return what takes the next file."""

    @abstractmethod
    def read(self, key: str) -> bytes | None:
        """Return the bytes of a file, or None when it is gone."""

    @abstractmethod
    def discard(self, keys: Collection[str]) -> None:
        """Remove files; one that is gone already is no error."""

    @abstractmethod
    def left_alone(self) -> frozenset[str]:
        """Return the keys of files that nobody has written to for a while."""
