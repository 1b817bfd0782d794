"""Who takes the wishes of a bench and works them off: programs that can be killed at any moment."""

import os
import re
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path

import httpx

from eval.bench.killing import Workspace
from eval.bench.settings import child_environment
from eval.bench.upload_wishes import Kind, Wish
from index.uploads.sqlite import SqliteUploads

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_WORKER = re.compile(r"worker runs as process (\d+)")
_LONGEST_START_SECONDS = 120


class Place(ABC):
    """One program over a workspace, started again after each kill."""

    def __init__(self, workspace: Workspace, *arguments: str) -> None:
        self._workspace = workspace
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0

    def start(self) -> None:
        """Start the program where it does not run."""
        if self._process is not None and self._process.poll() is None:
            return
        self._starts += 1
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - a module of ours, no shell
                [sys.executable, "-m", *self._arguments],
                cwd=self._workspace.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def log(self) -> Path:
        """Where this life of the program writes its lines."""
        return self._workspace.folder / f"{self._arguments[0]}-{self._starts}.log"

    @abstractmethod
    def wait_until_up(self) -> None:
        """Wait until the program works, or will soon."""

    def kill(self) -> bool:
        """Kill the program, and return whether it ran; it can do nothing about it."""
        if self._process is None or self._process.poll() is not None:
            return False
        self._process.kill()
        return self._process.wait() == -signal.SIGKILL

    def kill_worker(self) -> bool:
        """Kill what reads and stores, and return whether it ran."""
        return self.kill()

    def stop(self) -> int:
        """Ask the program to end, and return its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(60)

    @abstractmethod
    def take(self, wish: Wish, document_id: str) -> str | None:
        """Return the id of the document once the wish is acknowledged; None where it is not."""

    def _environment(self) -> dict[str, str]:
        settings = {"DATA_DIR": str(self._workspace.data), "EMBEDDER": self._workspace.embedder}
        unlimited = {"APP_REQUESTS_A_MINUTE": "0", "APP_REQUESTS_AT_ONCE": "0"}
        return child_environment({**settings, **unlimited, "APP_PORT": "0", "APP_READER": "none"})


class WorkerPlace(Place):
    """A worker alone; wishes go into the queue from this process."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, "ingest", "work")
        self._queue = SqliteUploads(workspace.data)

    def wait_until_up(self) -> None:
        """Wait for nothing: a worker has no line for it."""

    def take(self, wish: Wish, document_id: str) -> str | None:
        """Return the id of the document."""
        if wish.kind is Kind.REMOVE:
            return self._queue.remove(document_id).document_id
        with self._queue.receiver() as receiver:
            receiver.write(wish.content)
            file = receiver.finish()
        if wish.kind is Kind.ADD:
            return self._queue.add(file, wish.name, frozenset()).document_id
        return self._queue.replace(document_id, file, wish.name).document_id


class ServicePlace(Place):
    """The service with the worker that it starts; wishes go over HTTP."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, "app")
        self._client = httpx.Client(timeout=60)

    def wait_until_up(self) -> None:
        """Wait until the service has started its worker."""
        deadline = time.monotonic() + _LONGEST_START_SECONDS
        while not self._workers() and time.monotonic() < deadline:
            time.sleep(0.02)

    def kill_worker(self) -> bool:
        """Kill the worker that the service started last, if it has started one."""
        try:
            os.kill(self._workers()[-1], signal.SIGKILL)
        except (IndexError, ProcessLookupError):
            return False
        return True

    def _workers(self) -> list[int]:
        return [int(pid) for pid in _WORKER.findall(self.log.read_text(encoding="utf-8"))]

    def take(self, wish: Wish, document_id: str) -> str | None:
        """Return the id of the document, None when the service was killed meanwhile."""
        try:
            return self._sent(wish, document_id)
        except httpx.TransportError:
            return None

    def _sent(self, wish: Wish, document_id: str) -> str:
        address = f"{self._address()}/documents"
        file = (wish.name, wish.content)
        if wish.kind is Kind.ADD:
            response = self._client.post(address, files={"files": file})
        elif wish.kind is Kind.REPLACE:
            response = self._client.put(f"{address}/{document_id}", files={"file": file})
        else:
            response = self._client.delete(f"{address}/{document_id}")
        response.raise_for_status()
        answer = response.json()
        job = answer["files"][0]["job"] if wish.kind is Kind.ADD else answer
        return str(job["document_id"])

    def _address(self) -> str:
        """Return where the service listens; raise ConnectError when it was killed before that."""
        deadline = time.monotonic() + _LONGEST_START_SECONDS
        while time.monotonic() < deadline:
            if found := _ADDRESS.search(self.log.read_text(encoding="utf-8")):
                return found[0]
            if self._process is None or self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise httpx.ConnectError("The service does not listen.")
