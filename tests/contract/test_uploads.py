"""One contract for every queue of uploads."""

import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.errors import (
    FileNameError,
    JobNotFoundError,
    QuotaExceededError,
    UploadNotFoundError,
)
from index.identity import document_id_of
from index.uploads.base import UploadQueue
from index.uploads.memory import InMemoryUploads
from index.uploads.models import MOST_CRASHES, Job, JobKind, JobState, Marks, ReceivedFile
from index.uploads.queue import LedgerQueue
from index.uploads.quota import Quota
from index.uploads.sqlite import SqliteUploads

LEASE = 60.0
NO_TAGS: frozenset[str] = frozenset()


class Clock:
    """Stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


Another = Callable[[], UploadQueue]


def in_memory(clock: Clock, folder: Path) -> Another:
    del folder
    first = InMemoryUploads(clock)
    return first.another_worker


def in_sqlite(clock: Clock, folder: Path) -> Another:
    return lambda: SqliteUploads(folder / "data", clock)


@pytest.fixture(params=[in_memory, in_sqlite])
def another(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> Another:
    """Return what opens the same queue for one more process."""
    make: Callable[[Clock, Path], Another] = request.param
    return make(clock, tmp_path)


@pytest.fixture
def queue(another: Another) -> Iterator[UploadQueue]:
    with another() as opened:
        yield opened


def received(queue: UploadQueue, content: bytes) -> ReceivedFile:
    with queue.receiver() as receiver:
        receiver.write(content[:3])
        receiver.write(content[3:])
        return receiver.finish()


def handed_over(
    queue: UploadQueue, name: str = "guide.md", content: bytes = b"# Guide", *tags: str
) -> Job:
    return queue.add(received(queue, content), name, frozenset(tags))


def done(queue: UploadQueue, outcome: str = "added") -> Job:
    (job,) = queue.claim(1, LEASE)
    queue.finish(job.job_id, outcome)
    return queue.job(job.job_id)


def content_of(queue: UploadQueue, document_id: str) -> bytes:
    return queue.content(queue.uploads([document_id])[document_id])


def test_a_file_that_was_added_waits_with_all_that_was_said_about_it(queue: UploadQueue) -> None:
    job = handed_over(queue, "guide.md", b"# Guide", "team", "manual")
    assert job == queue.job(job.job_id)
    assert (job.kind, job.state, job.name) == (JobKind.ADD, JobState.WAITING, "guide.md")
    assert job.source == "uploads/guide.md"
    assert job.document_id == document_id_of(job.source)
    upload = queue.uploads([job.document_id])[job.document_id]
    assert upload.tags == {"team", "manual"}
    assert upload.names == ("guide.md",)
    assert upload.file.size_bytes == 7
    assert queue.content(upload) == b"# Guide"


def test_a_receiver_that_is_closed_early_leaves_nothing_behind(queue: UploadQueue) -> None:
    with queue.receiver() as receiver:
        receiver.write(b"half of")
    assert queue.jobs(limit=10).total == 0
    assert queue.clean() == 0


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("../../etc/report.pdf", "report.pdf"),
        ("C:\\Users\\kim\\보고서.hwp", "보고서.hwp"),
        ("..hidden.txt", "hidden.txt"),
        ("a\x00b\r\nc.txt", "ab c.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("  two   words .md ", "two words.md"),
        (unicodedata.normalize("NFD", "휴가 규정.docx"), "휴가 규정.docx"),
    ],
)
def test_names_are_cleaned(queue: UploadQueue, given: str, known: str) -> None:
    job = handed_over(queue, given)
    assert (job.name, job.source) == (known, f"uploads/{known}")


def test_a_long_name_is_cut_and_keeps_its_suffix(queue: UploadQueue) -> None:
    first = handed_over(queue, "가" * 300 + ".pdf", b"one")
    second = handed_over(queue, "가" * 300 + ".pdf", b"two")
    assert len(first.name.encode()) <= 200
    assert first.name.endswith("가.pdf")
    assert second.source.endswith("가 (2).pdf")


@pytest.mark.parametrize("name", ["", " ", "...", "\x00\x01", "folder/", "\u200b"])
def test_a_name_of_which_nothing_is_left_is_refused(queue: UploadQueue, name: str) -> None:
    with pytest.raises(FileNameError, match="no name"):
        handed_over(queue, name)
    assert queue.jobs(limit=10).total == 0


def test_another_document_of_the_same_name_gets_a_number(queue: UploadQueue) -> None:
    sources = [handed_over(queue, "notes.v1.md", bytes([n])).source for n in range(3)]
    assert sources == [
        "uploads/notes.v1.md",
        "uploads/notes.v1 (2).md",
        "uploads/notes.v1 (3).md",
    ]


@pytest.mark.parametrize("read_before", [False, True])
def test_the_same_bytes_twice_are_one_document_with_both_names(
    queue: UploadQueue, *, read_before: bool
) -> None:
    first = handed_over(queue, "one.md", b"same", "a")
    if read_before:
        done(queue)
    second = handed_over(queue, "two.md", b"same", "b")
    assert second.document_id == first.document_id
    assert (second.source, second.name) == ("uploads/one.md", "two.md")
    upload = queue.uploads([first.document_id])[first.document_id]
    assert upload.names == ("one.md", "two.md")
    assert upload.tags == {"a", "b"}
    if not read_before:
        done(queue)
    assert done(queue, "unchanged").outcome == "duplicate"
    assert queue.clean() == 0
    assert content_of(queue, first.document_id) == b"same"


def test_the_same_bytes_by_the_same_name_are_told_once(queue: UploadQueue) -> None:
    first, again = handed_over(queue), handed_over(queue)
    assert again.job_id != first.job_id
    assert queue.uploads([first.document_id])[first.document_id].names == ("guide.md",)


def test_of_very_many_names_the_first_and_the_newest_are_told(queue: UploadQueue) -> None:
    jobs = [handed_over(queue, f"{n}.md", b"same") for n in range(103)]
    (upload,) = queue.uploads([jobs[0].document_id]).values()
    assert upload.names == ("0.md", *(f"{n}.md" for n in range(4, 103)))


def test_a_replaced_document_keeps_its_source_and_its_old_file_until_the_job_is_done(
    queue: UploadQueue,
) -> None:
    first = handed_over(queue, "guide.md", b"old", "kept")
    done(queue)
    old = queue.uploads([first.document_id])[first.document_id]
    job = queue.replace(first.document_id, received(queue, b"new"), "guide-2.docx")
    assert (job.kind, job.document_id, job.source) == (
        JobKind.REPLACE,
        first.document_id,
        first.source,
    )
    new = queue.uploads([first.document_id])[first.document_id]
    assert (new.tags, new.read_as) == (frozenset({"kept"}), "guide-2.docx")
    assert new.names == ("guide.md", "guide-2.docx")
    assert (queue.content(old), queue.content(new)) == (b"old", b"new")
    done(queue, "changed")
    assert queue.content(new) == b"new"
    with pytest.raises(UploadNotFoundError, match="gone"):
        queue.content(old)


def test_a_replaced_file_stays_while_its_reading_failed(queue: UploadQueue) -> None:
    first = handed_over(queue, content=b"old")
    done(queue)
    old = queue.uploads([first.document_id])[first.document_id]
    queue.replace(first.document_id, received(queue, b"new"), "guide.md", Marks(frozenset({"x"})))
    (job,) = queue.claim(1, LEASE)
    queue.fail(job.job_id, "malformed", "It is broken.")
    failed = queue.job(job.job_id)
    assert (failed.state, failed.reason, failed.message) == (
        JobState.FAILED,
        "malformed",
        "It is broken.",
    )
    assert failed.finished_at is not None
    assert queue.content(old) == b"old"
    assert queue.retry(first.document_id).kind is JobKind.RETRY
    done(queue, "changed")
    with pytest.raises(UploadNotFoundError):
        queue.content(old)


def test_a_deleted_file_is_gone_though_a_new_one_of_its_name_cannot_be_read(
    queue: UploadQueue,
) -> None:
    job = handed_over(queue, content=b"private")
    done(queue)
    old = queue.uploads([job.document_id])[job.document_id]
    queue.remove(job.document_id)
    handed_over(queue, content=b"new")
    done(queue, "removed")
    with pytest.raises(UploadNotFoundError, match="gone"):
        queue.content(old)
    (second,) = queue.claim(1, LEASE)
    queue.fail(second.job_id, "malformed", "It is broken.")
    assert content_of(queue, job.document_id) == b"new"


def test_settled_is_what_shall_stay_and_what_no_job_is_about(
    queue: UploadQueue, clock: Clock
) -> None:
    assert queue.settled() == []
    first, second, third, fourth = (handed_over(queue, f"{n}.md", b"%d" % n) for n in range(4))
    for _ in range(2):
        done(queue)
    (failed,) = queue.claim(1, LEASE)
    queue.fail(failed.job_id, "malformed", "It is broken.")
    queue.remove(first.document_id)
    assert [upload.source for upload in queue.settled()] == [second.source, third.source]
    queue.retry(second.document_id)
    assert [upload.source for upload in queue.settled()] == [third.source]
    clock.pass_seconds(1)
    assert fourth.source not in {upload.source for upload in queue.settled()}


def test_what_was_deleted_is_remembered_by_nothing_but_its_jobs(queue: UploadQueue) -> None:
    first = handed_over(queue)
    done(queue)
    upload = queue.uploads([first.document_id])[first.document_id]
    job = queue.remove(first.document_id)
    assert queue.uploads([first.document_id])[first.document_id].deleted
    done(queue, "removed")
    assert queue.uploads([first.document_id]) == {}
    assert queue.job(job.job_id).outcome == "removed"
    with pytest.raises(UploadNotFoundError):
        queue.content(upload)


def test_a_document_that_was_never_handed_over_cannot_be_changed(queue: UploadQueue) -> None:
    file = received(queue, b"x")
    with pytest.raises(UploadNotFoundError):
        queue.remove("0" * 32)
    with pytest.raises(UploadNotFoundError):
        queue.retry("0" * 32)
    with pytest.raises(UploadNotFoundError):
        queue.replace("0" * 32, file, "x.md")
    with pytest.raises(JobNotFoundError):
        queue.job("0" * 32)


def test_a_document_on_its_way_out_can_be_given_back_and_nothing_else(queue: UploadQueue) -> None:
    first = handed_over(queue, content=b"old")
    done(queue)
    leaving = queue.remove(first.document_id)
    assert queue.remove(first.document_id) == leaving
    with pytest.raises(UploadNotFoundError):
        queue.retry(first.document_id)
    again = handed_over(queue, content=b"new")
    assert (again.document_id, again.source) == (first.document_id, first.source)
    assert not queue.uploads([first.document_id])[first.document_id].deleted
    assert done(queue, "removed").job_id == leaving.job_id
    assert content_of(queue, first.document_id) == b"new"
    assert done(queue, "added").job_id == again.job_id
    assert content_of(queue, first.document_id) == b"new"


def test_bytes_on_their_way_out_are_no_duplicate(queue: UploadQueue) -> None:
    first = handed_over(queue, "one.md", b"same")
    queue.remove(first.document_id)
    assert handed_over(queue, "two.md", b"same").source == "uploads/two.md"


def test_a_file_that_is_deleted_before_it_is_read_is_gone_after_the_first_job(
    queue: UploadQueue,
) -> None:
    first = handed_over(queue)
    leaving = queue.remove(first.document_id)
    assert done(queue, "removed").job_id == first.job_id
    assert queue.uploads([first.document_id]) == {}
    assert done(queue, "removed").job_id == leaving.job_id


def test_jobs_are_claimed_oldest_first_and_one_a_document(queue: UploadQueue) -> None:
    first = handed_over(queue, "a.md", b"a")
    again = queue.retry(first.document_id)
    other = handed_over(queue, "b.md", b"b")
    claimed = queue.claim(10, LEASE)
    assert [job.job_id for job in claimed] == [first.job_id, other.job_id]
    assert {(job.state, job.attempts) for job in claimed} == {(JobState.RUNNING, 1)}
    assert list(queue.claim(10, LEASE)) == []
    queue.finish(first.job_id, "added")
    assert [job.job_id for job in queue.claim(10, LEASE)] == [again.job_id]


def test_no_more_are_claimed_than_asked_for(queue: UploadQueue) -> None:
    jobs = [handed_over(queue, f"{n}.md", bytes([n])) for n in range(5)]
    assert [j.job_id for j in queue.claim(2, LEASE)] == [j.job_id for j in jobs[:2]]
    assert [j.job_id for j in queue.claim(9, LEASE)] == [j.job_id for j in jobs[2:]]


def test_held_jobs_tell_their_stage_and_stay(queue: UploadQueue, clock: Clock) -> None:
    job = handed_over(queue)
    queue.claim(1, 10)
    clock.pass_seconds(9)
    assert queue.hold([job.job_id], 10, "reading") == {job.job_id}
    clock.pass_seconds(9)
    assert queue.hold([job.job_id], 10) == {job.job_id}
    clock.pass_seconds(9)
    assert list(queue.claim(1, 10)) == []
    assert queue.job(job.job_id).stage == "reading"


def test_a_dead_workers_job_is_given_again_alone(
    queue: UploadQueue, another: Another, clock: Clock
) -> None:
    jobs = [handed_over(queue, f"{n}.md", bytes([n])) for n in range(3)]
    with another() as dead:
        dead.hold([job.job_id for job in dead.claim(9, 10)], 10, "reading")
    clock.pass_seconds(11)
    for expected in jobs:
        (job,) = queue.claim(9, 10)
        assert (job.job_id, job.crashes) == (expected.job_id, 0)
        queue.finish(job.job_id, "added")


def test_a_job_that_workers_die_of_is_known_by_it(
    queue: UploadQueue, another: Another, clock: Clock
) -> None:
    handed_over(queue)
    for crashes in range(MOST_CRASHES):
        with another() as dead:
            (job,) = dead.claim(9, 10)
            assert job.crashes == crashes
            dead.hold([job.job_id], 10, "reading")
        clock.pass_seconds(11)
    (job,) = queue.claim(9, 10)
    assert (job.crashes, job.attempts) == (MOST_CRASHES, MOST_CRASHES + 1)


def test_a_worker_that_lost_its_lease_and_lives_is_no_death(
    queue: UploadQueue, clock: Clock
) -> None:
    job = handed_over(queue)
    queue.hold([job.job_id for job in queue.claim(9, 10)], 10, "storing")
    clock.pass_seconds(11)
    assert [(j.job_id, j.crashes) for j in queue.claim(9, 10)] == [(job.job_id, 0)]


def test_a_job_that_another_worker_got_is_no_longer_held(
    queue: UploadQueue, another: Another, clock: Clock
) -> None:
    job = handed_over(queue)
    queue.claim(9, 10)
    clock.pass_seconds(11)
    with another() as other:
        other.claim(9, 10)
        assert queue.hold([job.job_id], 10, "storing") == frozenset()
        queue.finish(job.job_id, "added")
        queue.put_back([job.job_id])
        assert queue.job(job.job_id).state is JobState.RUNNING
        other.finish(job.job_id, "added")
    assert queue.job(job.job_id).state is JobState.DONE


def test_a_death_before_anything_was_begun_is_no_jobs_fault(
    queue: UploadQueue, another: Another, clock: Clock
) -> None:
    jobs = [handed_over(queue, f"{n}.md", bytes([n])) for n in range(2)]
    assert queue.has_work()
    with another() as dead:
        dead.claim(9, 10)
    assert not queue.has_work()
    clock.pass_seconds(11)
    assert [job.job_id for job in queue.claim(9, 10)] == [job.job_id for job in jobs]


def test_jobs_that_were_put_back_wait_in_their_old_places(queue: UploadQueue) -> None:
    jobs = [handed_over(queue, f"{n}.md", bytes([n])) for n in range(2)]
    queue.hold([job.job_id for job in queue.claim(1, LEASE)], LEASE, "reading")
    queue.put_back([jobs[0].job_id])
    waiting = queue.job(jobs[0].job_id)
    assert (waiting.state, waiting.stage, waiting.attempts) == (JobState.WAITING, "", 0)
    assert queue.claim(1, LEASE)[0].job_id == jobs[0].job_id


def test_nothing_happens_to_a_job_that_is_not_held(queue: UploadQueue) -> None:
    job = handed_over(queue)
    queue.finish(job.job_id, "added")
    queue.fail(job.job_id, "malformed", "no")
    queue.put_back([job.job_id])
    assert queue.hold([job.job_id, "0" * 32], LEASE, "reading") == frozenset()
    assert queue.job(job.job_id) == job


def test_jobs_are_listed_newest_first(queue: UploadQueue) -> None:
    jobs = [handed_over(queue, f"{n}.md", bytes([n])) for n in range(4)]
    done(queue)
    page = queue.jobs(limit=2, offset=1)
    assert [job.job_id for job in page.jobs] == [jobs[2].job_id, jobs[1].job_id]
    assert page.total == 4
    finished = queue.jobs(limit=9, state=JobState.DONE)
    assert [job.job_id for job in finished.jobs] == [jobs[0].job_id]
    assert finished.total == 1
    assert queue.jobs(limit=9, state=JobState.WAITING).total == 3


def test_old_finished_jobs_are_forgotten_and_open_ones_are_not(
    queue: UploadQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.uploads.wishes.KEPT_JOBS", 2)
    jobs = [handed_over(queue, f"{n}.md", bytes([n])) for n in range(2)]
    queue.claim(1, LEASE)
    queue.finish(jobs[0].job_id, "added")
    jobs += [handed_over(queue, f"{n}.md", bytes([n])) for n in range(2, 5)]
    assert [job.job_id for job in queue.jobs(limit=9).jobs] == [j.job_id for j in jobs[:0:-1]]


def test_a_file_that_belongs_to_nothing_is_cleaned_away(queue: UploadQueue, clock: Clock) -> None:
    kept = handed_over(queue)
    received(queue, b"nobody adds this")
    clock.pass_seconds(100_000)
    assert queue.clean() == 1
    assert queue.clean() == 0
    assert content_of(queue, kept.document_id) == b"# Guide"


def limited(another: Another, quota: Quota) -> UploadQueue:
    """Return the same queue with a quota, as a service opens it that has one."""
    queue = another()
    assert isinstance(queue, LedgerQueue)
    return LedgerQueue(queue._ledger, queue._shelf, quota=quota)


def offered(queue: UploadQueue, content: bytes, owner: str | None, name: str = "a.md") -> Job:
    return queue.add(received(queue, content), name, NO_TAGS, owner=owner)


def test_uploads_of_one_owner_take_no_more_than_its_quota(another: Another) -> None:
    with limited(another, Quota(size_bytes=10)) as queue:
        offered(queue, b"123456", "minji")
        with pytest.raises(QuotaExceededError, match=r"6 of 10 bytes and 1 files"):
            offered(queue, b"12345", "minji")
        assert queue.lost_files() == 0, "what is refused is thrown away"
        assert queue.jobs(limit=9).total == 1
        offered(queue, b"1234", "minji")
        offered(queue, b"1234567890", "sam")
        offered(queue, b"0987654321", None)
        queue.check_room("nobody")
        with pytest.raises(QuotaExceededError):
            queue.check_room("minji")


def test_a_quota_of_files_counts_documents(another: Another) -> None:
    with limited(another, Quota(files=2)) as queue:
        first = offered(queue, b"1", "minji")
        offered(queue, b"2", "minji")
        assert offered(queue, b"1", "minji", "same.md").document_id == first.document_id
        with pytest.raises(QuotaExceededError, match="2 of 2 files"):
            offered(queue, b"3", "minji")
        queue.remove(first.document_id)
        offered(queue, b"3", "minji")


def test_a_replaced_file_counts_in_place_of_the_one_before(another: Another) -> None:
    with limited(another, Quota(size_bytes=10, files=1)) as queue:
        job = offered(queue, b"12345678", "minji")
        queue.replace(job.document_id, received(queue, b"1234567890"), "a.md", owner="minji")
        with pytest.raises(QuotaExceededError):
            queue.replace(job.document_id, received(queue, b"x" * 11), "a.md", owner="minji")
        assert content_of(queue, job.document_id) == b"1234567890"
        queue.replace(job.document_id, received(queue, b"9"), "a.md", owner="sam")
        assert queue.uploads([job.document_id])[job.document_id].owner == "sam"
        offered(queue, b"1234567890", "minji")


def test_whoever_has_too_much_already_may_still_take_less(another: Another) -> None:
    with another() as queue:
        job = offered(queue, b"1234567890", "minji")
    with limited(another, Quota(size_bytes=5)) as queue:
        queue.replace(job.document_id, received(queue, b"1234567"), "a.md", owner="minji")
        with pytest.raises(QuotaExceededError):
            queue.replace(job.document_id, received(queue, b"12345678"), "a.md", owner="minji")


def test_without_a_quota_there_is_always_room(queue: UploadQueue) -> None:
    offered(queue, b"1" * 100_000, "minji")
    queue.check_room("minji")
