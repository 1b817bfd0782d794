"""What a job comes to: a document to store, one to remove, a reason why not, or nothing."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from index.base import SearchIndex
from index.errors import IndexMissingError, UploadNotFoundError
from index.groups import Groups
from index.models import ChunkedDocument, Failure, Fingerprint
from index.uploads.base import UploadQueue
from index.uploads.models import MOST_CRASHES, Job, JobKind, Upload
from ingest.discovery import FoundFile
from ingest.errors import CrashedError, FileTooLargeError, LoaderError, MalformedFileError
from ingest.reading import FileContent, Parse, ReadingOptions, identified, to_document


class Wish(StrEnum):
    """What is to be done without a document in hand."""

    REMOVE = "remove"
    NOTHING = "nothing"


Found = ChunkedDocument | Failure | Wish


@dataclass(frozen=True, slots=True)
class Reading:
    """A job with what it comes to; ``is_new`` tells that the index has no such document yet.

    ``groups`` are those that an older version, which stays, is to carry instead of its own.
    """

    job: Job
    found: Found
    is_new: bool = False
    groups: Groups | None = None

    @property
    def children(self) -> int:
        """Return how many chunks have to be stored."""
        parents = self.found.parents if isinstance(self.found, ChunkedDocument) else ()
        return sum(len(parent.children) for parent in parents)

    @property
    def characters(self) -> int:
        """Return how long the document is that has to be stored."""
        parents = self.found.parents if isinstance(self.found, ChunkedDocument) else ()
        return parents[-1].end if parents else 0


class UploadReader:
    """Reads what jobs are about; several threads may, and no job changes anything here."""

    def __init__(self, queue: UploadQueue, index: SearchIndex, options: ReadingOptions) -> None:
        self._queue = queue
        self._index = index
        self._options = options

    def read(self, parse: Parse, job: Job) -> Reading:
        """Return what a job comes to, by what its upload says now."""
        upload = self._queue.uploads([job.document_id]).get(job.document_id)
        if upload is None or upload.deleted or job.kind is JobKind.DELETE:
            return Reading(job, Wish.REMOVE)
        stored = self._stored(upload.source)
        attempt = ""
        try:
            read = self._content(upload)
            attempt = f"{read.content_hash}+{read.recipe}"
            if job.crashes >= MOST_CRASHES:
                raise CrashedError(_CRASHED.format(upload.source))
            found: Found = self._before(job, upload, read, stored) or to_document(
                read, upload.tags, self._options, parse, upload.groups
            )
        except LoaderError as error:
            found = Failure(upload.source, error.reason, str(error), attempt, datetime.now(UTC))
        groups = None
        if isinstance(found, Failure) and stored is not None and stored.groups != upload.groups:
            groups = upload.groups
        return Reading(job, found, is_new=stored is None, groups=groups)

    def _content(self, upload: Upload) -> FileContent:
        if upload.file.size_bytes > self._options.max_file_bytes:
            raise FileTooLargeError(
                f"{upload.source} has {upload.file.size_bytes:,} bytes; the limit is"
                f" {self._options.max_file_bytes:,} (MUREUM_INGEST_MAX_FILE_BYTES)."
            )
        file = FoundFile(Path(upload.read_as or upload.names[0]), upload.source)
        try:
            content = self._queue.content(upload)
        except UploadNotFoundError as error:
            raise MalformedFileError(str(error)) from error
        if hashlib.sha256(content).hexdigest() != upload.file.content_hash:
            raise MalformedFileError(
                f"The file of {upload.source} has changed on the disk since it was handed over."
                " Hand it over again."
            )
        return identified(file, content, upload.uploaded_at, self._options)

    def _before(
        self, job: Job, upload: Upload, read: FileContent, stored: Fingerprint | None
    ) -> Failure | Wish | None:
        """Return what the index knows of the same bytes read in the same way, if it does."""
        if job.kind is JobKind.RETRY:
            return None
        failure = next((f for f in self._failures() if f.source == upload.source), None)
        if failure is not None:
            attempt = f"{read.content_hash}+{read.recipe}"
            return failure if failure.attempt == attempt else None
        now = Fingerprint(read.content_hash, read.recipe, upload.tags, upload.groups)
        return Wish.NOTHING if stored == now else None

    def _stored(self, source: str) -> Fingerprint | None:
        """Return what is stored; searching need not be possible, for storing mends that."""
        try:
            return self._index.fingerprint(source)
        except IndexMissingError:
            return None

    def _failures(self) -> list[Failure]:
        try:
            return self._index.failures()
        except IndexMissingError:
            return []


_CRASHED = (
    f"The program ended {MOST_CRASHES} times while it read or stored {{}}. Hand over another"
    " version of the file, or report it; a retry begins anew."
)
