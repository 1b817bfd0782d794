"""Workers as processes of their own, over a data folder of a test."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from index.uploads.base import UploadQueue
from index.uploads.models import Job, JobState

REPOSITORY = Path(__file__).parents[1]
PATIENCE_SECONDS = 120


def environment(data: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a process over this folder; its model needs no weights."""
    given = {"DATA_DIR": str(data), "EMBEDDER": "hashing", **settings}
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("MUREUM_")},
        **{f"MUREUM_{name}": value for name, value in given.items()},
        "PYTHONPATH": str(REPOSITORY),
    }


def start_worker(data: Path, **settings: str) -> subprocess.Popen[bytes]:
    """Return a worker that was just started; its log goes beside the data."""
    with (data.parent / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "ingest", "work"],
            cwd=data.parent,
            env=environment(data, **settings),
            stdin=subprocess.DEVNULL,
            stderr=log,
        )


def hand_over(queue: UploadQueue, name: str, content: bytes) -> Job:
    """Return the job of a file that was handed over."""
    with queue.receiver() as receiver:
        receiver.write(content)
        return queue.add(receiver.finish(), name, frozenset())


def until(true: Callable[[], object]) -> None:
    """Wait until it is true; processes tell no event."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def nothing_is_open(queue: UploadQueue) -> bool:
    """Return whether every job has ended."""
    return not any(queue.jobs(limit=1, state=s).total for s in (JobState.WAITING, JobState.RUNNING))


def end_leases(data: Path) -> None:
    """Let the time pass after which the jobs of dead workers are given to others."""
    with closing(sqlite3.connect(data / "jobs.sqlite3", timeout=30)) as connection, connection:
        connection.execute("UPDATE jobs SET leased_until = 0 WHERE state = 'running'")
