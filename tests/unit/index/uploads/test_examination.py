"""What the doctor says of files that were handed over, with documents made by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.analyzer import WhitespaceAnalyzer
from index.embedder.hashing import HashingEmbedder
from index.errors import IndexDamagedError
from index.memory import InMemoryIndex
from index.models import Failure
from index.uploads.examination import examine_uploads
from index.uploads.models import Job, Upload
from index.uploads.sqlite import FOLDER_NAME, SqliteUploads
from tests.documents import chunked


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(tmp_path: Path, clock: Clock) -> Iterator[SqliteUploads]:
    with SqliteUploads(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def index() -> InMemoryIndex:
    return InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())


def handed_over(queue: SqliteUploads, name: str, *tags: str) -> Job:
    with queue.receiver() as receiver:
        receiver.write(name.encode())
        return queue.add(receiver.finish(), name, frozenset(tags))


def ended(queue: SqliteUploads) -> None:
    for job in queue.claim(100, 60):
        queue.finish(job.job_id, "added")


def stored(index: InMemoryIndex, upload: Upload) -> None:
    document = chunked(upload.source, [upload.source], tags=upload.tags)
    with index.writer() as writer:
        writer.put([replace(document, content_hash=upload.file.content_hash)])
        writer.publish()


@pytest.fixture
def uploads(queue: SqliteUploads, index: InMemoryIndex) -> list[Upload]:
    """Three files that were handed over, read and stored."""
    for name in ("가.md", "b.md", "c.md"):
        handed_over(queue, name, "team")
    ended(queue)
    for upload in queue.settled():
        stored(index, upload)
    return list(queue.settled())


def problems(queue: SqliteUploads, index: InMemoryIndex) -> list[str]:
    return [finding.message for finding in examine_uploads(queue, index) if finding.problem]


def test_nothing_handed_over_is_no_problem_and_makes_no_database(
    queue: SqliteUploads, index: InMemoryIndex, tmp_path: Path
) -> None:
    assert problems(queue, index) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("uploads")
def test_what_is_stored_as_it_was_handed_over_is_no_problem(
    queue: SqliteUploads, index: InMemoryIndex
) -> None:
    handed_over(queue, "waits.md")
    assert problems(queue, index) == []


def test_a_file_that_is_gone_and_one_that_was_changed_are_named(
    queue: SqliteUploads, index: InMemoryIndex, uploads: list[Upload], tmp_path: Path
) -> None:
    first, second, _ = (tmp_path / FOLDER_NAME / upload.file.key for upload in uploads)
    first.unlink()
    second.write_bytes(b"other bytes")
    (problem,) = problems(queue, index)
    assert problem.startswith("2 whose file is gone or has changed")
    assert problem.endswith("uploads/b.md, uploads/c.md")


def test_what_the_index_lacks_or_holds_with_other_tags_is_named(
    queue: SqliteUploads, index: InMemoryIndex, uploads: list[Upload]
) -> None:
    with index.writer() as writer:
        writer.delete([uploads[0].source])
        writer.publish()
    stored(index, replace(uploads[1], tags=frozenset()))
    (problem,) = problems(queue, index)
    assert problem.startswith("2 that the index does not hold")
    assert problem.endswith("uploads/b.md, uploads/c.md")


def test_what_failed_is_known_to_the_index(
    queue: SqliteUploads, index: InMemoryIndex, uploads: list[Upload]
) -> None:
    upload = uploads[0]
    for attempt, expected in ((f"{upload.file.content_hash}+recipe", 0), ("older+recipe", 1)):
        failure = Failure(upload.source, "malformed", "broken", attempt, datetime.now(UTC))
        with index.writer() as writer:
            writer.delete([upload.source])
            writer.record_failures([failure])
            writer.publish()
        assert len(problems(queue, index)) == expected


@pytest.mark.usefixtures("uploads")
def test_a_document_that_nobody_handed_over_is_named(
    queue: SqliteUploads, index: InMemoryIndex
) -> None:
    with index.writer() as writer:
        writer.put([chunked("uploads/stray.md", ["stray"]), chunked("docs/own.md", ["own"])])
        writer.publish()
    (problem,) = problems(queue, index)
    assert problem.endswith("hand over a file of the same name: uploads/stray.md")


@pytest.mark.usefixtures("uploads")
def test_a_file_that_belongs_to_nothing_is_counted_after_an_hour(
    queue: SqliteUploads, index: InMemoryIndex, clock: Clock
) -> None:
    with queue.receiver() as receiver:
        receiver.write(b"nobody adds this")
        receiver.finish()
    assert problems(queue, index) == []
    clock.now += timedelta(hours=2)
    assert problems(queue, index) == ["1 files that belong to nothing; --repair removes them"]


@pytest.mark.usefixtures("uploads")
def test_an_index_that_cannot_be_read_is_a_finding(
    queue: SqliteUploads, index: InMemoryIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged() -> None:
        raise IndexDamagedError("The store is damaged.")

    monkeypatch.setattr(index, "fingerprints", damaged)
    assert problems(queue, index) == ["The store is damaged."]


def test_an_upload_that_is_stored_for_other_groups_is_found(
    queue: SqliteUploads, index: InMemoryIndex, uploads: list[Upload], clock: Clock
) -> None:
    del clock
    with index.writer() as writer:
        writer.regroup({uploads[0].source: frozenset({"hr"})})
        writer.publish()
    (problem,) = problems(queue, index)
    assert problem.startswith("1 that the index does not hold; --repair has them read again")
    assert uploads[0].source in problem
