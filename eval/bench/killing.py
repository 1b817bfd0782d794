"""Starts ``python -m ingest`` and kills it at a chosen moment of its work."""

import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from eval.bench.settings import child_environment
from index.embedded.index import LOCK_NAME
from index.opening import FOLDER_NAME

DATA, DOCUMENTS = "data", "docs"
_LONGEST_START_SECONDS = 120
_POLL_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with documents and the data folder beside them."""

    folder: Path
    embedder: str = "hashing"

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / DATA

    @property
    def index(self) -> Path:
        """Where the index lies."""
        return self.data / FOLDER_NAME

    @property
    def documents(self) -> Path:
        """Where the files lie."""
        return self.folder / DOCUMENTS


def ingest_seconds(workspace: Workspace) -> float:
    """Return how long an undisturbed ingest works, from the moment it takes the lock."""
    process = ingest_process(workspace)
    try:
        started = wait_for_work(workspace, process)
        process.wait()
        return time.monotonic() - started
    finally:
        _end(process)


def kill_ingest(workspace: Workspace, after_seconds: float) -> bool:
    """Kill an ingest so long after it began to work; return whether it was still working."""
    process = ingest_process(workspace)
    try:
        started = wait_for_work(workspace, process)
        while process.poll() is None and time.monotonic() - started < after_seconds:
            time.sleep(_POLL_SECONDS)
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL
    finally:
        _end(process)


def ingest_process(workspace: Workspace, documents: str = DOCUMENTS) -> subprocess.Popen[bytes]:
    """Start an ingest of a folder of the workspace.

    The lock file of an earlier one is removed, so that the new one can be seen to begin.
    """
    (workspace.index / LOCK_NAME).unlink(missing_ok=True)
    settings = {"DATA_DIR": str(workspace.data), "EMBEDDER": workspace.embedder}
    return subprocess.Popen(  # noqa: S603 - the program is this project itself
        [sys.executable, "-m", "ingest", str(workspace.folder / documents), "--prune"],
        cwd=workspace.folder,
        env=child_environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for_work(workspace: Workspace, process: subprocess.Popen[bytes]) -> float:
    """Return the moment at which a started ingest took the lock."""
    limit = time.monotonic() + _LONGEST_START_SECONDS
    while not (workspace.index / LOCK_NAME).exists():
        if process.poll() is not None or time.monotonic() > limit:
            raise RuntimeError(f"The ingest never began to work (exit code {process.returncode}).")
        time.sleep(_POLL_SECONDS)
    return time.monotonic()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
