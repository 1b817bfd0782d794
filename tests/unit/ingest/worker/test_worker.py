"""The worker between a queue and an index, both in memory."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from index.analyzer import WhitespaceAnalyzer
from index.base import Writer
from index.embedder.hashing import HashingEmbedder
from index.errors import StorageFullError
from index.memory import InMemoryIndex
from index.models import Change, ChunkedDocument
from index.uploads.memory import InMemoryUploads
from index.uploads.models import MOST_CRASHES, Job, JobState, Marks, ReceivedFile
from ingest.reading import FileContent, ReadingOptions, to_document
from ingest.worker.stopping import Stopping
from ingest.worker.worker import Worker

IN_THIS_PROCESS = ReadingOptions(isolation=None, max_file_bytes=10_000)


class Clock:
    """Lets leases run out without waiting."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(clock: Clock) -> InMemoryUploads:
    return InMemoryUploads(clock)


@pytest.fixture
def index() -> InMemoryIndex:
    return InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())


@pytest.fixture
def stopping() -> Stopping:
    return Stopping()


@pytest.fixture
def worker(queue: InMemoryUploads, index: InMemoryIndex, stopping: Stopping) -> Worker:
    return Worker(queue, index, IN_THIS_PROCESS, stopping)


def received(queue: InMemoryUploads, text: str) -> ReceivedFile:
    with queue.receiver() as receiver:
        receiver.write(text.encode())
        return receiver.finish()


def handed_over(queue: InMemoryUploads, name: str, text: str, *tags: str) -> Job:
    return queue.add(received(queue, text), name, frozenset(tags))


def replaced(queue: InMemoryUploads, job: Job, name: str, text: str) -> Job:
    return queue.replace(job.document_id, received(queue, text), name)


def texts(index: InMemoryIndex) -> dict[str, str]:
    with index.snapshot() as snapshot:
        page = snapshot.documents(limit=100)
        return {d.source: snapshot.text(d.document_id).strip() for d in page.documents}


@contextmanager
def held_by_another(index: InMemoryIndex) -> Iterator[Writer]:
    with index.writer() as writer:
        yield writer


def test_what_was_handed_over_is_found_and_its_job_is_done(
    queue: InMemoryUploads, index: InMemoryIndex, worker: Worker
) -> None:
    jobs = [handed_over(queue, f"{n}.txt", f"{n}번째 방", "team") for n in range(40)]
    worker.work_off()
    assert {queue.job(job.job_id).outcome for job in jobs} == {"added"}
    assert texts(index) == {f"uploads/{n}.txt": f"{n}번째 방" for n in range(40)}
    with index.snapshot() as snapshot:
        assert snapshot.document(jobs[0].document_id).tags == {"team"}


def test_a_file_that_cannot_be_read_fails_with_its_reason_and_the_index_knows(
    queue: InMemoryUploads, index: InMemoryIndex, worker: Worker
) -> None:
    broken = handed_over(queue, "broken.pdf", "%PDF-")
    unknown = handed_over(queue, "program.exe", "MZ")
    large = handed_over(queue, "large.txt", "x" * 10_001)
    fine = handed_over(queue, "fine.txt", "fine")
    worker.work_off()
    reasons = [queue.job(job.job_id).reason for job in (broken, unknown, large, fine)]
    assert reasons == ["malformed", "unsupported", "too_large", ""]
    assert {failure.source for failure in index.failures()} == {
        "uploads/broken.pdf",
        "uploads/large.txt",
        "uploads/program.exe",
    }
    assert texts(index) == {"uploads/fine.txt": "fine"}


def test_a_duplicate_is_not_read_twice_and_brings_its_tags(
    queue: InMemoryUploads, index: InMemoryIndex, worker: Worker
) -> None:
    first = handed_over(queue, "one.txt", "same", "a")
    worker.work_off()
    second = handed_over(queue, "two.txt", "same", "b")
    third = handed_over(queue, "one.txt", "same")
    worker.work_off()
    assert [queue.job(j.job_id).outcome for j in (second, third)] == ["duplicate"] * 2
    with index.snapshot() as snapshot:
        assert snapshot.documents(limit=9).total == 1
        assert snapshot.document(first.document_id).tags == {"a", "b"}


def groups_in(index: InMemoryIndex) -> dict[str, frozenset[str]]:
    return {source: each.groups for source, each in index.fingerprints().items()}


def test_a_document_is_stored_for_its_groups_and_for_others_when_they_change(
    queue: InMemoryUploads, index: InMemoryIndex, worker: Worker
) -> None:
    hr, legal = frozenset({"hr"}), frozenset({"legal"})
    job = queue.add(received(queue, "연봉"), "pay.txt", frozenset(), hr)
    worker.work_off()
    assert groups_in(index) == {"uploads/hr/pay.txt": hr}
    queue.replace(job.document_id, received(queue, "연봉"), "pay.txt", Marks(groups=legal))
    worker.work_off()
    assert groups_in(index) == {"uploads/hr/pay.txt": legal}


def test_an_older_version_that_stays_is_closed_with_the_file_that_cannot_be_read(
    queue: InMemoryUploads, index: InMemoryIndex, worker: Worker
) -> None:
    job = handed_over(queue, "pay.txt", "연봉")
    worker.work_off()
    hr = frozenset({"hr"})
    queue.replace(job.document_id, received(queue, "%PDF-"), "pay.pdf", Marks(groups=hr))
    worker.work_off()
    assert texts(index) == {"uploads/pay.txt": "연봉"}
    assert groups_in(index) == {"uploads/pay.txt": hr}


def test_a_replaced_document_is_read_by_the_name_of_the_new_file(
    queue: InMemoryUploads, index: InMemoryIndex, worker: Worker
) -> None:
    first = handed_over(queue, "guide.txt", "old")
    worker.work_off()
    job = replaced(queue, first, "guide.html", "<p>new</p>")
    worker.work_off()
    assert queue.job(job.job_id).outcome == "changed"
    assert texts(index) == {"uploads/guide.txt": "new"}


def test_what_was_removed_is_gone_from_the_index_with_its_failure(
    queue: InMemoryUploads, index: InMemoryIndex, worker: Worker
) -> None:
    first = handed_over(queue, "guide.txt", "old")
    broken = handed_over(queue, "broken.pdf", "%PDF-")
    worker.work_off()
    jobs = [queue.remove(first.document_id), queue.remove(broken.document_id)]
    worker.work_off()
    assert [queue.job(job.job_id).outcome for job in jobs] == ["removed"] * 2
    assert texts(index) == {}
    assert index.failures() == []


def test_wishes_that_follow_at_once_end_in_the_last_one(
    queue: InMemoryUploads, index: InMemoryIndex, worker: Worker
) -> None:
    first = handed_over(queue, "a.txt", "one")
    replaced(queue, first, "a.txt", "two")
    queue.remove(first.document_id)
    handed_over(queue, "a.txt", "three")
    gone = handed_over(queue, "b.txt", "never seen")
    queue.remove(gone.document_id)
    worker.work_off()
    assert texts(index) == {"uploads/a.txt": "three"}
    assert queue.uploads([gone.document_id]) == {}
    assert queue.clean() == 0


def test_the_same_bytes_that_failed_are_not_tried_again_unless_asked_for(
    queue: InMemoryUploads, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = handed_over(queue, "broken.pdf", "%PDF-")
    worker.work_off()
    read: list[str] = []

    def counting(content: FileContent, *others: Any) -> ChunkedDocument:
        read.append(content.file.source)
        return to_document(content, *others)

    monkeypatch.setattr("ingest.worker.reading.to_document", counting)
    again = handed_over(queue, "broken.pdf", "%PDF-")
    worker.work_off()
    assert (queue.job(again.job_id).reason, read) == ("malformed", [])
    queue.retry(first.document_id)
    worker.work_off()
    assert read == ["uploads/broken.pdf"]


def test_what_was_stored_before_a_crash_is_not_stored_again(
    queue: InMemoryUploads,
    index: InMemoryIndex,
    worker: Worker,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = handed_over(queue, "guide.txt", "once")
    with monkeypatch.context() as patched:
        patched.setattr(queue, "finish", lambda *_: (_ for _ in ()).throw(SystemError))
        with pytest.raises(SystemError):
            worker.work_off()
    assert texts(index) == {"uploads/guide.txt": "once"}
    assert queue.job(job.job_id).state is JobState.RUNNING
    revision = index.status().revision
    clock.now += timedelta(minutes=1)
    worker.work_off()
    assert queue.job(job.job_id).outcome == "unchanged"
    assert index.status().revision <= revision + 1
    assert len(texts(index)) == 1


def test_a_job_that_workers_die_of_fails_and_the_others_do_not(
    queue: InMemoryUploads, index: InMemoryIndex, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [handed_over(queue, f"{name}.txt", name) for name in ("one", "poison", "two")]
    real = index.writer

    def poisoned(*, rebuild: bool = False) -> Writer:
        writer = real(rebuild=rebuild)
        put = writer.put

        def refusing(documents: Sequence[ChunkedDocument]) -> list[Change]:
            if any("poison" in document.source for document in documents):
                writer.close()
                raise SystemError
            return put(documents)

        monkeypatch.setattr(writer, "put", refusing)
        return writer

    monkeypatch.setattr(index, "writer", poisoned)
    deaths = 0
    while queue.jobs(limit=1, state=JobState.RUNNING).total or queue.has_work():
        try:
            Worker(queue.another_worker(), index, IN_THIS_PROCESS, Stopping()).work_off()
        except SystemError:
            deaths += 1
        clock.now += timedelta(minutes=1)
    states = [queue.job(job.job_id) for job in jobs]
    assert [(job.outcome, job.reason) for job in states] == [
        ("added", ""),
        ("", "crashed"),
        ("added", ""),
    ]
    assert deaths == 1 + MOST_CRASHES
    assert [failure.reason for failure in index.failures()] == ["crashed"]


def test_the_worker_waits_while_another_writes(
    queue: InMemoryUploads, index: InMemoryIndex, worker: Worker
) -> None:
    job = handed_over(queue, "guide.txt", "late")
    other = index.writer()
    working = threading.Thread(target=worker.work_off)
    working.start()
    while queue.job(job.job_id).stage != "waiting":
        assert working.is_alive()
    other.close()
    working.join(30)
    assert queue.job(job.job_id).outcome == "added"


def test_who_is_told_to_end_puts_back_what_is_not_stored(
    queue: InMemoryUploads, index: InMemoryIndex, worker: Worker, stopping: Stopping
) -> None:
    job = handed_over(queue, "guide.txt", "late")
    with held_by_another(index):
        working = threading.Thread(target=worker.run)
        working.start()
        while queue.job(job.job_id).stage != "waiting":
            assert working.is_alive()
        stopping.ask()
        working.join(30)
    waiting = queue.job(job.job_id)
    assert (waiting.state, waiting.attempts) == (JobState.WAITING, 0)
    index.writer().close()


def test_a_job_that_another_worker_got_meanwhile_is_left_to_it(
    queue: InMemoryUploads, index: InMemoryIndex, worker: Worker, clock: Clock
) -> None:
    job = handed_over(queue, "guide.txt", "late")
    other = index.writer()
    working = threading.Thread(target=worker.work_off)
    working.start()
    while queue.job(job.job_id).stage != "waiting":
        assert working.is_alive()
    clock.now += timedelta(minutes=1)
    assert [claimed.job_id for claimed in queue.another_worker().claim(1, 60)] == [job.job_id]
    other.close()
    working.join(30)
    assert texts(index) == {}
    assert queue.job(job.job_id).state is JobState.RUNNING


def test_a_full_disk_leaves_the_jobs_waiting(
    queue: InMemoryUploads, index: InMemoryIndex, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = handed_over(queue, "guide.txt", "late")

    def full(**_: object) -> Writer:
        raise StorageFullError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(index, "writer", full)
        with pytest.raises(StorageFullError):
            worker.work_off()
    assert queue.job(job.job_id).state is JobState.WAITING
    worker.work_off()
    assert queue.job(job.job_id).outcome == "added"
