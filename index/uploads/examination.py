"""The doctor's look at what was handed over: the files, and the documents that they should be."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.base import SearchIndex
from index.errors import IndexMissingError, MureumError, UploadNotFoundError
from index.identity import document_id_of
from index.models import Failure, Finding, Fingerprint
from index.uploads.base import UploadQueue
from index.uploads.models import SOURCE_PREFIX, Upload

_CHECK = "uploads"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Look:
    """What is wrong at a moment, by source; people hand over and workers store meanwhile."""

    damaged: frozenset[str]
    missing: frozenset[str]
    unknown: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.damaged or self.missing or self.unknown)

    def __and__(self, other: "_Look") -> "_Look":
        return _Look(
            self.damaged & other.damaged,
            self.missing & other.missing,
            self.unknown & other.unknown,
        )


def examine_uploads(queue: UploadQueue, index: SearchIndex) -> list[Finding]:
    """Return one finding a check; a part that cannot be opened is a finding, not an error.

    Only what is wrong at two looks counts.
    """
    try:
        look = _look(queue, index)
        if look:
            look &= _look(queue, index)
        return list(_findings(look, len(queue.settled()), queue.lost_files()))
    except MureumError as error:
        return [Finding(_CHECK, problem=True, message=str(error))]


def _findings(look: _Look, uploads: int, lost_files: int) -> Iterator[Finding]:
    yield Finding(_CHECK, problem=False, message=f"{uploads} without a job")
    for sources, meaning in (
        (look.damaged, "whose file is gone or has changed; hand it over again"),
        (look.missing, "that the index does not hold; --repair has them read again"),
        (look.unknown, "in the index that nobody handed over; hand over a file of the same name"),
    ):
        yield Finding(_CHECK, bool(sources), f"{len(sources)} {meaning}{_named(sources)}")
    message = f"{lost_files} files that belong to nothing; --repair removes them"
    yield Finding(_CHECK, bool(lost_files), message)


def _look(queue: UploadQueue, index: SearchIndex) -> _Look:
    """Look at the queue first: what is settled there was stored before."""
    uploads = queue.settled()
    documents, failures = _known(index)
    return _Look(
        frozenset(each.source for each in uploads if not _is_whole(queue, each)),
        frozenset(each.source for each in uploads if not _is_stored(each, documents, failures)),
        frozenset(_unknown(queue, documents)),
    )


def _known(index: SearchIndex) -> tuple[Mapping[str, Fingerprint], Mapping[str, Failure]]:
    try:
        return index.fingerprints(), {failure.source: failure for failure in index.failures()}
    except IndexMissingError:
        return {}, {}


def _is_whole(queue: UploadQueue, upload: Upload) -> bool:
    try:
        content = queue.content(upload)
    except UploadNotFoundError:
        return False
    return hashlib.sha256(content).hexdigest() == upload.file.content_hash


def _is_stored(
    upload: Upload, documents: Mapping[str, Fingerprint], failures: Mapping[str, Failure]
) -> bool:
    """Return whether the index has these bytes with these tags, or knows why it has not.

    An older version that stays where the bytes cannot be read is for the same groups.
    """
    failure, stored = failures.get(upload.source), documents.get(upload.source)
    if stored is not None and stored.groups != upload.groups:
        return False
    if failure is not None:
        return not failure.attempt or failure.attempt.startswith(upload.file.content_hash)
    wanted = (upload.file.content_hash, upload.tags)
    return stored is not None and (stored.content_hash, stored.tags) == wanted


def _unknown(queue: UploadQueue, documents: Collection[str]) -> Iterator[str]:
    ids = {s: document_id_of(s) for s in documents if s.startswith(SOURCE_PREFIX)}
    known = queue.uploads(list(ids.values()))
    yield from (source for source, document_id in ids.items() if document_id not in known)


def _named(sources: Collection[str]) -> str:
    names: Sequence[str] = sorted(sources)[:_SHOWN]
    more = f" and {len(sources) - _SHOWN} more" if len(sources) > _SHOWN else ""
    return f": {', '.join(names)}{more}" if names else ""
