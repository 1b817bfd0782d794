"""Every queue of uploads keeps what is for one group from showing to the others."""

from collections.abc import Iterator

import pytest

from index.errors import JobNotFoundError
from index.groups import Groups
from index.uploads.base import UploadQueue
from index.uploads.models import Job, JobState, Marks, Upload
from tests.contract.test_uploads import Another, Clock, done, in_memory, in_sqlite, received

__all__ = ["Clock"]
HR, LEGAL, PUBLIC = frozenset({"hr"}), frozenset({"legal"}), frozenset[str]()
BOTH = HR | LEGAL


@pytest.fixture(params=[in_memory, in_sqlite])
def queue(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[UploadQueue]:
    another: Another = request.param(Clock(), tmp_path)
    with another() as opened:
        yield opened


def handed_over(
    queue: UploadQueue,
    groups: Groups,
    name: str = "pay.md",
    content: bytes = b"# Pay",
    owner: str | None = None,
) -> Job:
    return queue.add(received(queue, content), name, frozenset({"t"}), groups, owner)


def upload_of(queue: UploadQueue, job: Job) -> Upload:
    return queue.uploads([job.document_id])[job.document_id]


def test_an_upload_carries_its_groups_and_lies_in_a_folder_that_they_name(
    queue: UploadQueue,
) -> None:
    jobs = [handed_over(queue, groups) for groups in (PUBLIC, HR, BOTH)]
    assert [upload_of(queue, job).groups for job in jobs] == [PUBLIC, HR, BOTH]
    assert [job.source for job in jobs] == [
        "uploads/pay.md",
        "uploads/hr/pay.md",
        "uploads/hr+legal/pay.md",
    ]
    assert {upload_of(queue, job).names for job in jobs} == {("pay.md",)}


def test_the_same_bytes_are_one_document_only_for_the_same_groups(queue: UploadQueue) -> None:
    jobs = [handed_over(queue, groups) for groups in (HR, LEGAL, BOTH, PUBLIC, HR)]
    ids = [job.document_id for job in jobs]
    assert len(set(ids)) == 4
    assert ids[4] == ids[0]
    assert [done(queue).outcome for _ in range(5)] == ["added"] * 3 + ["added", "duplicate"]


def test_another_file_of_the_same_name_gets_a_number_only_among_its_groups(
    queue: UploadQueue,
) -> None:
    for groups in (HR, LEGAL, PUBLIC):
        assert handed_over(queue, groups, content=b"1").source.endswith("/pay.md")
    assert handed_over(queue, HR, content=b"2").source == "uploads/hr/pay (2).md"
    assert handed_over(queue, PUBLIC, content=b"2").source == "uploads/pay (2).md"


def test_a_replaced_document_keeps_its_groups_unless_others_are_said(queue: UploadQueue) -> None:
    job = handed_over(queue, HR)
    queue.replace(job.document_id, received(queue, b"2"), "pay.md")
    assert upload_of(queue, job).groups == HR
    queue.replace(job.document_id, received(queue, b"3"), "pay.md", Marks(groups=LEGAL))
    moved = upload_of(queue, job)
    assert (moved.groups, moved.tags, moved.source) == (LEGAL, {"t"}, "uploads/hr/pay.md")
    queue.replace(job.document_id, received(queue, b"4"), "pay.md", Marks(groups=PUBLIC))
    assert upload_of(queue, job).groups == PUBLIC


def test_a_source_that_was_given_back_is_for_the_groups_of_its_new_file(
    queue: UploadQueue,
) -> None:
    job = handed_over(queue, HR)
    queue.replace(job.document_id, received(queue, b"2"), "pay.md", Marks(groups=LEGAL))
    queue.remove(job.document_id)
    again = handed_over(queue, HR, content=b"3")
    assert again.document_id == job.document_id
    assert upload_of(queue, again).groups == HR


def test_every_wish_has_an_owner_and_jobs_of_others_do_not_exist(queue: UploadQueue) -> None:
    first = handed_over(queue, HR, owner="k1")
    wishes = [
        first,
        queue.replace(first.document_id, received(queue, b"2"), "pay.md", owner="k2"),
        queue.retry(first.document_id, "k1"),
        queue.remove(first.document_id, "k2"),
        handed_over(queue, LEGAL),
    ]
    assert [job.owner for job in wishes] == ["k1", "k2", "k1", "k2", None]
    assert [job.job_id for job in queue.jobs(limit=9, owner="k1").jobs] == [
        wishes[2].job_id,
        wishes[0].job_id,
    ]
    page = queue.jobs(limit=1, offset=1, owner="k2", state=JobState.WAITING)
    assert ([job.job_id for job in page.jobs], page.total) == ([wishes[1].job_id], 2)
    assert queue.jobs(limit=9, owner="k3").total == 0
    assert queue.jobs(limit=9).total == 5
    assert queue.job(first.job_id, "k1").owner == "k1"
    for job in (wishes[1], wishes[4]):
        with pytest.raises(JobNotFoundError) as foreign:
            queue.job(job.job_id, "k1")
        with pytest.raises(JobNotFoundError) as unknown:
            queue.job("0" * 32, "k1")
        assert str(foreign.value) == str(unknown.value).replace("0" * 32, job.job_id)


def test_the_owner_stays_while_a_job_is_worked_off(queue: UploadQueue) -> None:
    handed_over(queue, HR, owner="k1")
    assert done(queue).owner == "k1"
    (upload,) = queue.settled()
    assert upload.groups == HR
