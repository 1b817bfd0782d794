"""Which uploads are read again after an upgrade, a loss, or on demand."""

from functools import partial

import pytest

from index.analyzer import WhitespaceAnalyzer
from index.embedder.hashing import HashingEmbedder
from index.memory import InMemoryIndex
from index.uploads.memory import InMemoryUploads
from index.uploads.models import Job, JobKind, JobState
from ingest.chunking import ChunkSizes
from ingest.known import known_to
from ingest.reading import ReadingOptions
from ingest.worker.renewal import renew, retry_failed
from ingest.worker.stopping import Stopping
from ingest.worker.worker import Worker

READING = ReadingOptions(isolation=None)
SMALLER = ReadingOptions(ChunkSizes(100, 20), isolation=None)
OWN_LOADER = {".exe": "ingest.loaders.text:TextLoader"}


def new_index() -> InMemoryIndex:
    return InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())


@pytest.fixture
def queue() -> InMemoryUploads:
    made = InMemoryUploads()
    for name, text in (("a.txt", "가"), ("b.pdf", "%PDF-"), ("c.exe", "MZ")):
        with made.receiver() as receiver:
            receiver.write(text.encode())
            made.add(receiver.finish(), name, frozenset({"team"}))
    return made


@pytest.fixture
def index(queue: InMemoryUploads) -> InMemoryIndex:
    """An index into which the queue was worked off: one document, two failures."""
    made = new_index()
    Worker(queue, made, READING, Stopping()).work_off()
    return made


def renewed(
    queue: InMemoryUploads, index: InMemoryIndex, options: ReadingOptions = READING
) -> set[str]:
    """Return the sources of the jobs that were made, which must be as many as was said."""
    count = renew(queue, partial(known_to, index), options)
    waiting = waiting_jobs(queue)
    assert len(waiting) == count
    assert {job.kind for job in waiting} <= {JobKind.RETRY}
    return {job.source for job in waiting}


def waiting_jobs(queue: InMemoryUploads) -> tuple[Job, ...]:
    return queue.jobs(limit=100, state=JobState.WAITING).jobs


def test_what_is_stored_or_failed_as_it_would_now_is_left_alone(
    queue: InMemoryUploads, index: InMemoryIndex
) -> None:
    assert renewed(queue, index) == set()


def test_what_waits_needs_no_other_job(queue: InMemoryUploads) -> None:
    assert renew(queue, partial(known_to, new_index()), READING) == 0


def test_another_recipe_reads_again_what_has_a_loader_and_once_only(
    queue: InMemoryUploads, index: InMemoryIndex
) -> None:
    assert renewed(queue, index, SMALLER) == {"uploads/a.txt", "uploads/b.pdf"}
    Worker(queue, index, SMALLER, Stopping()).work_off()
    assert renewed(queue, index, SMALLER) == set()


def test_a_format_that_has_a_loader_now_is_read(
    queue: InMemoryUploads, index: InMemoryIndex
) -> None:
    options = ReadingOptions(loaders=OWN_LOADER, isolation=None)
    assert renewed(queue, index, options) == {"uploads/c.exe"}


def test_a_lost_index_is_made_again(queue: InMemoryUploads, index: InMemoryIndex) -> None:
    lost = new_index()
    assert renewed(queue, lost) == {"uploads/a.txt", "uploads/b.pdf", "uploads/c.exe"}
    Worker(queue, lost, READING, Stopping()).work_off()
    assert renewed(queue, lost) == set()
    assert lost.fingerprints() == index.fingerprints()


def test_a_document_that_is_missing_is_read_again(
    queue: InMemoryUploads, index: InMemoryIndex
) -> None:
    with index.writer() as writer:
        writer.delete(["uploads/a.txt"])
        writer.publish()
    assert renewed(queue, index) == {"uploads/a.txt"}


def test_a_document_that_is_stored_for_other_groups_is_read_again(
    queue: InMemoryUploads, index: InMemoryIndex
) -> None:
    with index.writer() as writer:
        writer.regroup({"uploads/a.txt": frozenset({"hr"})})
        writer.publish()
    assert renewed(queue, index) == {"uploads/a.txt"}


def test_all_that_failed_is_tried_again_on_demand(
    queue: InMemoryUploads, index: InMemoryIndex
) -> None:
    assert retry_failed(queue, index.failures()) == 2
    assert {job.source for job in waiting_jobs(queue)} == {"uploads/b.pdf", "uploads/c.exe"}
