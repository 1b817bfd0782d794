"""What only the queue on the disk can get wrong: files, formats, full disks, other processes."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.errors import IndexDamagedError, IndexVersionError, StorageFullError
from index.settings import IndexSettings
from index.uploads.models import UPLOADS_MARKER, Job, JobState
from index.uploads.opening import open_uploads
from index.uploads.sqlite import SqliteUploads
from tests.full_disk import full_disk

CONTENT = b"# Guide\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def handed_over(queue: SqliteUploads, name: str, content: bytes) -> Job:
    with queue.receiver() as receiver:
        receiver.write(content)
        return queue.add(receiver.finish(), name, frozenset())


def stored_files(data: Path) -> list[str]:
    return sorted(file.name for file in (data / "uploads").iterdir() if file.name != UPLOADS_MARKER)


def test_nothing_is_made_before_it_is_needed(data: Path) -> None:
    with open_uploads(IndexSettings(data_dir=data)) as queue:
        assert not queue.has_work()
        assert list(queue.claim(9, 60)) == []
        assert queue.clean() == 0
    assert not data.exists()


def test_everything_outlives_the_process(data: Path) -> None:
    with SqliteUploads(data) as queue:
        job = handed_over(queue, "guide.md", CONTENT)
    with SqliteUploads(data) as queue:
        assert queue.job(job.job_id) == job
        (upload,) = queue.uploads([job.document_id]).values()
        assert queue.content(upload) == CONTENT


def test_names_on_the_disk_say_nothing_of_who_sent_the_files(data: Path) -> None:
    with SqliteUploads(data) as queue:
        handed_over(queue, "../../급여.PDF", CONTENT)
    (name,) = stored_files(data)
    assert len(name) == 32
    assert set(name) <= set("0123456789abcdef")


def test_a_file_that_is_being_received_is_not_cleaned_away(data: Path) -> None:
    clock = datetime.now(UTC)
    with SqliteUploads(data, lambda: clock) as queue, queue.receiver() as receiver:
        receiver.write(CONTENT)
        assert queue.clean() == 0
        clock += timedelta(minutes=61)
        assert queue.clean() == 1
        clock -= timedelta(minutes=61)


def test_a_full_disk_is_a_clear_error_and_leaves_no_part_of_a_file(data: Path) -> None:
    with SqliteUploads(data) as queue:
        kept = handed_over(queue, "kept.md", CONTENT)
        with (
            full_disk(),
            queue.receiver() as receiver,
            pytest.raises(StorageFullError, match="Free some space"),
        ):
            receiver.write(b"x" * 100_000)
        assert len(stored_files(data)) == 1
        assert [job.job_id for job in queue.jobs(limit=9).jobs] == [kept.job_id]
        assert handed_over(queue, "next.md", b"next").state is JobState.WAITING


def test_a_full_disk_is_a_clear_error_for_the_jobs_too(data: Path) -> None:
    with SqliteUploads(data) as queue:
        handed_over(queue, "kept.md", CONTENT)
        with queue.receiver() as receiver:
            receiver.write(b"small")
            file = receiver.finish()
        with full_disk(), pytest.raises(StorageFullError, match=r"jobs\.sqlite3"):
            queue.add(file, "lost.md", frozenset())
        assert queue.jobs(limit=9).total == 1
        assert queue.add(file, "next.md", frozenset()).source == "uploads/next.md"


def test_a_newer_format_is_refused(data: Path) -> None:
    with SqliteUploads(data) as queue:
        handed_over(queue, "guide.md", CONTENT)
    with closing(sqlite3.connect(data / "jobs.sqlite3")) as connection:
        connection.execute("PRAGMA user_version = 99")
    with SqliteUploads(data) as queue, pytest.raises(IndexVersionError, match="version 99"):
        queue.jobs(limit=1)


def make_format_1(data: Path) -> None:
    """Take from the database what later formats added."""
    with closing(sqlite3.connect(data / "jobs.sqlite3")) as connection, connection:
        connection.execute("ALTER TABLE uploads DROP COLUMN group_names")
        connection.execute("DROP INDEX uploads_by_owner")
        connection.execute("ALTER TABLE uploads DROP COLUMN owner")
        connection.execute("DROP INDEX jobs_by_owner")
        connection.execute("ALTER TABLE jobs DROP COLUMN owner")
        connection.execute("PRAGMA user_version = 1")


def test_a_database_of_format_1_is_brought_up_to_date_and_nothing_is_lost(data: Path) -> None:
    with SqliteUploads(data) as queue:
        jobs = [handed_over(queue, f"{n}.md", bytes([n])) for n in range(3)]
        queue.finish(queue.claim(1, 60)[0].job_id, "added")
        before, uploads = queue.jobs(limit=9), queue.uploads([job.document_id for job in jobs])
    make_format_1(data)
    with SqliteUploads(data) as queue:
        assert queue.jobs(limit=9) == before
        assert queue.uploads([job.document_id for job in jobs]) == uploads
        assert {upload.groups for upload in uploads.values()} == {frozenset()}
        assert handed_over(queue, "same.md", bytes([1])).document_id == jobs[1].document_id
        assert len(queue.claim(9, 60)) == 2
        assert queue.clean() == 0
    with closing(sqlite3.connect(data / "jobs.sqlite3")) as connection:
        upgraded = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    with SqliteUploads(data.parent / "fresh") as queue:
        handed_over(queue, "a.md", CONTENT)
    with closing(sqlite3.connect(data.parent / "fresh" / "jobs.sqlite3")) as connection:
        assert {row[0] for row in connection.execute("SELECT name FROM sqlite_master")} == upgraded


def test_an_older_database_that_is_restored_beneath_an_open_queue_is_brought_up_to_date(
    data: Path,
) -> None:
    older = data.parent / "older"
    with SqliteUploads(older) as queue:
        kept = handed_over(queue, "kept.md", CONTENT)
    make_format_1(older)
    with SqliteUploads(data) as queue:
        handed_over(queue, "gone.md", CONTENT)
        with (
            closing(sqlite3.connect(older / "jobs.sqlite3")) as source,
            closing(sqlite3.connect(data / "jobs.sqlite3")) as target,
        ):
            source.backup(target)
        assert [job.job_id for job in queue.jobs(limit=9).jobs] == [kept.job_id]
        assert queue.uploads([kept.document_id])[kept.document_id].groups == frozenset()


def test_an_older_program_that_still_runs_cannot_write_an_upload_without_groups(
    data: Path,
) -> None:
    with SqliteUploads(data) as queue:
        handed_over(queue, "guide.md", CONTENT)
    with (
        closing(sqlite3.connect(data / "jobs.sqlite3")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="group_names"),
    ):
        connection.execute(
            "INSERT OR REPLACE INTO uploads (document_id, source, names, file_key, content_hash,"
            " size_bytes, tags, uploaded_at, deleted, read_as)"
            " VALUES ('d', 'uploads/a', '[]', 'k', 'h', 1, '[]', '', 0, '')"
        )


def test_a_foreign_database_is_refused_and_left_as_it_is(data: Path) -> None:
    data.mkdir()
    with closing(sqlite3.connect(data / "jobs.sqlite3")) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    with SqliteUploads(data) as queue, pytest.raises(IndexVersionError):
        queue.claim(1, 1)
    with closing(sqlite3.connect(data / "jobs.sqlite3")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_a_damaged_database_says_what_to_do(data: Path) -> None:
    data.mkdir()
    (data / "jobs.sqlite3").write_bytes(b"not a database " * 500)
    with (
        SqliteUploads(data) as queue,
        pytest.raises(IndexDamagedError, match="stays in the index") as raised,
    ):
        queue.jobs(limit=1)
    assert str(data / "uploads") in str(raised.value)


def test_several_threads_hand_over_at_once(data: Path) -> None:
    with SqliteUploads(data) as queue, ThreadPoolExecutor(4) as pool:
        jobs = list(pool.map(lambda n: handed_over(queue, "same.md", bytes([n])), range(20)))
        assert len({job.source for job in jobs}) == 20
        assert queue.jobs(limit=1).total == 20


_CLAIMING = """
import sys
from pathlib import Path
from index.uploads.sqlite import SqliteUploads

queue = SqliteUploads(Path(sys.argv[1]))
queue.jobs(limit=1)
sys.stdin.readline()
while jobs := queue.claim(3, 60):
    for job in jobs:
        print(job.job_id, flush=True)
        queue.finish(job.job_id, "added")
"""


def test_processes_open_a_new_database_at_once_and_share_its_jobs(data: Path) -> None:
    command = [sys.executable, "-c", _CLAIMING, str(data)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])}
    workers = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        for _ in range(3)
    ]
    with SqliteUploads(data) as queue:
        jobs = [handed_over(queue, f"{n}.md", bytes([n])) for n in range(30)]
        for worker in workers:
            assert worker.stdin
            worker.stdin.write("go\n")
            worker.stdin.flush()
        claimed = [line for worker in workers for line in worker.communicate(timeout=60)[0].split()]
        assert sorted(claimed) == sorted(job.job_id for job in jobs)
        assert queue.jobs(limit=1, state=JobState.DONE).total == 30
