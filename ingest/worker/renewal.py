"""What was handed over and is missing, or would be read in another way today, is read again."""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress

from index.errors import UploadNotFoundError
from index.models import Failure, Fingerprint
from index.uploads.base import UploadQueue
from index.uploads.models import Upload
from ingest.errors import LoaderError, UnsupportedFormatError
from ingest.known import Known
from ingest.reading import ReadingOptions, recipe_of

logger = logging.getLogger(__name__)


def renew(queue: UploadQueue, read_known: Callable[[], Known], options: ReadingOptions) -> int:
    """Make a job for each upload that is not stored as it would be now; return how many.

    That is so when a loader or a setting has changed, and when the index was deleted. What
    failed with the same bytes in the same way is not tried again.
    """
    settled = queue.settled()
    known = read_known()  # later: what is settled was stored before
    stale = [upload for upload in settled if not _is_current(upload, known, options)]
    _retry(queue, [upload.document_id for upload in stale])
    if stale:
        logger.info("reading %d uploads again: missing in the index, or outdated", len(stale))
    return len(stale)


def retry_failed(queue: UploadQueue, failures: Iterable[Failure]) -> int:
    """Make a job for each upload among these failures; return how many."""
    failed = {failure.source for failure in failures}
    ids = [upload.document_id for upload in queue.settled() if upload.source in failed]
    _retry(queue, ids)
    return len(ids)


def _retry(queue: UploadQueue, document_ids: Iterable[str]) -> None:
    for document_id in document_ids:
        with suppress(UploadNotFoundError):  # it was removed a moment ago
            queue.retry(document_id)


def _is_current(upload: Upload, known: Known, options: ReadingOptions) -> bool:
    content_hash = upload.file.content_hash
    recipe = _recipe(upload, options)
    failure, stored = known.failures.get(upload.source), known.documents.get(upload.source)
    if failure is None:
        return stored == Fingerprint(content_hash, recipe, upload.tags, upload.groups)
    if stored is not None and stored.groups != upload.groups:
        return False
    if failure.reason == UnsupportedFormatError.reason:
        return not recipe
    return failure.attempt in ("", f"{content_hash}+{recipe}")


def _recipe(upload: Upload, options: ReadingOptions) -> str:
    """Return how an upload would be read now; empty where no loader reads it."""
    try:
        return recipe_of(upload.read_as or upload.names[0], options)
    except LoaderError:
        return ""
