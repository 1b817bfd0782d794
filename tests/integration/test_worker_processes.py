"""Real workers: one after the other, two at once, waiting, told to end, and dying of a file."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.bench.uploads import UploadsPlan, uploads
from index.analyzer import KoreanEnglishAnalyzer
from index.embedded.index import EmbeddedIndex
from index.embedder.hashing import HashingEmbedder
from index.uploads.models import MOST_CRASHES, JobState
from index.uploads.sqlite import SqliteUploads
from ingest.known import known_to
from tests.worker_processes import (
    end_leases,
    environment,
    hand_over,
    nothing_is_open,
    start_worker,
    until,
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def queue(data: Path) -> Iterator[SqliteUploads]:
    with SqliteUploads(data) as opened:
        yield opened


def opened_index(data: Path) -> EmbeddedIndex:
    return EmbeddedIndex(data / "index", HashingEmbedder(), KoreanEnglishAnalyzer())


def test_two_workers_do_everything_once(data: Path, queue: SqliteUploads) -> None:
    jobs = [hand_over(queue, f"{n}.txt", f"{n}번째 방".encode()) for n in range(70)]
    workers = [start_worker(data) for _ in range(2)]
    until(lambda: nothing_is_open(queue))
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(20) for worker in workers] == [0, 0]
    ended = [queue.job(job.job_id) for job in jobs]
    assert {(job.outcome, job.attempts) for job in ended} == {("added", 1)}
    with opened_index(data) as index:
        assert index.status().documents == 70
        assert [finding for finding in index.examine() if finding.problem] == []


def test_a_worker_waits_for_another_writer_and_ends_when_told_to(
    data: Path, queue: SqliteUploads
) -> None:
    job = hand_over(queue, "guide.txt", b"late")
    with opened_index(data) as index, index.writer():
        worker = start_worker(data)
        until(lambda: queue.job(job.job_id).stage == "waiting")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
        assert queue.job(job.job_id).state is JobState.WAITING
        again = start_worker(data)
        until(lambda: queue.job(job.job_id).stage == "waiting")
    until(lambda: queue.job(job.job_id).state is JobState.DONE)
    again.send_signal(signal.SIGINT)
    assert again.wait(10) == 0


def test_a_file_that_ends_every_worker_fails_and_the_others_are_read(
    data: Path, queue: SqliteUploads
) -> None:
    fine = hand_over(queue, "fine.txt", b"fine")
    poison = hand_over(queue, "poison.die", b"9")
    settings = {
        "INGEST_ISOLATION": "False",
        "INGEST_LOADERS": '{".die": "tests.hostile_loaders:Leave"}',
    }
    for _ in range(1 + MOST_CRASHES):
        worker = start_worker(data, **settings)
        until(lambda worker=worker: worker.poll() is not None)
        assert worker.returncode != 0
        end_leases(data)
    worker = start_worker(data, **settings)
    until(lambda: nothing_is_open(queue))
    worker.terminate()
    assert worker.wait(20) == 0
    assert queue.job(fine.job_id).outcome == "added"
    assert queue.job(poison.job_id).reason == "crashed"
    with opened_index(data) as index:
        assert [f.reason for f in index.failures()] == ["crashed"]


def test_kills_at_random_moments_lose_and_double_nothing() -> None:
    report = uploads(
        UploadsPlan(kills=3, documents=20, seed=5, longest_life_seconds=3.0, quick=True)
    )
    assert report.problems == []
    assert report.kills == 3
    assert report.wishes > 20
    assert report.ended_as_asked


_PARENT = """
import subprocess, sys, time
command = [sys.executable, "-m", "ingest", "work", "--with-parent"]
print(subprocess.Popen(command, stdin=subprocess.PIPE).pid, flush=True)
time.sleep(600)
"""


def test_a_worker_ends_with_the_process_that_started_it(data: Path) -> None:
    data.mkdir()
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT],
        cwd=data.parent,
        env=environment(data),
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        os.kill(worker, 0)
        parent.kill()
    until(lambda: not Path(f"/proc/{worker}").exists() or _is_dead(worker))


def _is_dead(pid: int) -> bool:
    """Return whether a process has ended that nobody has asked about yet."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_worker_reads_again_what_a_lost_index_held(data: Path, queue: SqliteUploads) -> None:
    hand_over(queue, "guide.txt", "연차는 15일입니다.".encode())

    def is_stored() -> bool:
        with opened_index(data) as index:
            return "uploads/guide.txt" in known_to(index).documents

    for _ in range(2):
        worker = start_worker(data)
        try:
            until(is_stored)
            until(lambda: nothing_is_open(queue))
        finally:
            worker.terminate()
        assert worker.wait(60) == 0
        shutil.rmtree(data / "index")
