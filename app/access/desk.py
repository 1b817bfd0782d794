"""What callers do with documents that are handed over, each within what it may."""

from collections.abc import Callable

from app.access.caller import Caller
from app.access.rules import (
    check_may_change,
    check_may_give,
    groups_to_give,
    no_document,
)
from app.errors import NotAnUploadError
from index.base import NO_FILTERS, SearchIndex
from index.errors import DocumentNotFoundError, IndexMissingError
from index.groups import Groups
from index.uploads.base import UploadQueue
from index.uploads.models import Job, JobPage, JobState, Marks, ReceivedFile


class Desk:
    """Passes one caller's wishes on to the queue; it writes and reads, in a worker thread."""

    def __init__(
        self, queue: UploadQueue, index: Callable[[], SearchIndex], caller: Caller
    ) -> None:
        self._queue = queue
        self._index = index
        self._caller = caller

    def check(self, document_id: str) -> None:
        """Raise unless the caller may change this document.

        UploadNotFoundError for one that is not there for it, NotAnUploadError for one of a folder,
        ForbiddenError for one that it could not have handed over.
        """
        upload = self._queue.uploads([document_id]).get(document_id)
        if upload is not None:
            check_may_change(self._caller, upload)
        elif self._is_stored(document_id):
            raise NotAnUploadError(
                "This document was ingested from a folder: change or delete its file there, and"
                " run `python -m ingest FOLDER --prune`."
            )
        else:
            raise no_document(document_id)

    def check_room(self) -> None:
        """Raise QuotaExceededError where nothing more of the caller's is kept."""
        self._queue.check_room(self._caller.key_id)

    def marks(self, tags: frozenset[str] | None, groups: Groups | None) -> Marks:
        """Return what new documents are to carry; raise ForbiddenError for groups of others."""
        return Marks(tags or frozenset(), groups_to_give(self._caller, groups))

    def add(self, file: ReceivedFile, name: str, marks: Marks) -> Job:
        """Make a file a document with these marks, all of which are said."""
        if marks.tags is None or marks.groups is None:
            raise ValueError("marks() says what a new document carries")
        return self._queue.add(file, name, marks.tags, marks.groups, self._caller.key_id)

    def replace(self, document_id: str, file: ReceivedFile, name: str, marks: Marks) -> Job:
        """Let a document be another file, which may also be for other groups of the caller's."""
        self.check(document_id)
        if marks.groups is not None:
            check_may_give(self._caller, marks.groups)
        return self._queue.replace(document_id, file, name, marks, self._caller.key_id)

    def remove(self, document_id: str) -> Job:
        """Let a document disappear."""
        self.check(document_id)
        return self._queue.remove(document_id, self._caller.key_id)

    def retry(self, document_id: str) -> Job:
        """Let a document be read again."""
        self.check(document_id)
        return self._queue.retry(document_id, self._caller.key_id)

    def job(self, job_id: str) -> Job:
        """Return a job of the caller's; raise JobNotFoundError for any other."""
        return self._queue.job(job_id, self._owner)

    def jobs(self, *, limit: int, offset: int, state: JobState | None) -> JobPage:
        """Return the caller's jobs, the newest first."""
        return self._queue.jobs(limit=limit, offset=offset, state=state, owner=self._owner)

    @property
    def _owner(self) -> str | None:
        """Whose jobs the caller sees: whoever sees every document sees every job."""
        return None if self._caller.groups is None else self._caller.key_id or "nobody"

    def _is_stored(self, document_id: str) -> bool:
        try:
            with self._index().snapshot() as snapshot:
                snapshot.document(document_id, self._caller.narrowed(NO_FILTERS))
        except (DocumentNotFoundError, IndexMissingError):
            return False
        return True
