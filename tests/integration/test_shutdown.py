"""A real server that is told to end while it answers: in order, in time, and at once when asked."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 120
QUESTION = {"question": "When does the card open the server room?"}
TERMINAL = {"done", "error"}


@dataclass(frozen=True)
class Ending:
    """How the server ends, and how slowly its model speaks."""

    drain_seconds: float = 0.0
    shutdown_seconds: float = 1.0
    seconds_a_word: float = 5.0


@dataclass(frozen=True)
class Served:
    """A server with its process."""

    process: subprocess.Popen[bytes]
    client: httpx.Client

    def tell_to_end(self) -> None:
        self.process.send_signal(signal.SIGTERM)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of one document."""
    folder = tmp_path_factory.mktemp("shutdown")
    text = "The access card opens the server room from 9:00 to 18:00."
    (folder / "card.md").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "ingest", "card.md"]
    subprocess.run(command, cwd=folder, env=_environment(folder), check=True, capture_output=True)
    return folder


def _environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a process over this folder; its models need no weights."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MUREUM_")}
    given = {"DATA_DIR": str(folder / "data"), "EMBEDDER": "hashing", **settings}
    named = {f"MUREUM_{name}": value for name, value in given.items()}
    return {**kept, **named, "PYTHONPATH": str(REPOSITORY)}


@contextmanager
def _process(folder: Path, command: list[str], name: str) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / name).open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env=_environment(folder)
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE_SECONDS)


@contextmanager
def _served(folder: Path, ending: Ending) -> Iterator[Served]:
    """A server whose model speaks slowly."""
    slow = [sys.executable, "-m", "eval.bench.slow_model"]
    slow += ["--seconds-a-word", str(ending.seconds_a_word)]
    with _process(folder, slow, "model.log"):
        settings = {
            "LLM_BACKEND": "openai",
            "LLM_MODEL": "slow",
            "LLM_BASE_URL": f"{_address(folder / 'model.log')}/v1",
            "APP_PORT": "0",
            "APP_READER": "none",
            "APP_WORKER": "False",
            "APP_DRAIN_SECONDS": str(ending.drain_seconds),
            "APP_SHUTDOWN_SECONDS": str(ending.shutdown_seconds),
        }
        with (folder / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "app"],
                cwd=folder,
                env=_environment(folder, **settings),
                stderr=log,
            )
        try:
            address = _address(folder / "server.log")
            with httpx.Client(base_url=address, timeout=PATIENCE_SECONDS) as client:
                _until_ready(client)
                yield Served(process, client)
        finally:
            process.kill()
            process.wait(PATIENCE_SECONDS)


def _address(log: Path) -> str:
    """Return where a server listens, as soon as it says so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8"))):
        assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
        time.sleep(0.05)
    return found[0]


def _until_ready(client: httpx.Client) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while client.get("/ready").status_code != httpx.codes.OK:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the names and data of events."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_a_stream_is_told_that_the_server_ends_and_the_process_ends_in_time(folder: Path) -> None:
    with _served(folder, Ending(drain_seconds=1.0)) as served:
        with served.client.stream("POST", "/ask", json={**QUESTION, "stream": True}) as response:
            events = _events(response.iter_lines())
            assert next(events)[0] == "meta"
            served.tell_to_end()
            told = time.monotonic()
            _until_draining(served.client)
            asked_late = served.client.get("/health").status_code
            rest = list(events)
        assert served.process.wait(PATIENCE_SECONDS) == 0
        assert time.monotonic() - told < 10
    assert asked_late == httpx.codes.OK
    assert [name for name, _ in rest if name in TERMINAL] == ["error"]
    assert rest[-1][1]["type"] == "urn:mureum:problem:ending"


def _until_draining(client: httpx.Client) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (response := client.get("/ready")).status_code == httpx.codes.OK:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert response.json()["type"] == "urn:mureum:problem:ending"


def test_a_stream_that_ends_in_time_ends_as_always(folder: Path) -> None:
    with _served(folder, Ending(shutdown_seconds=60, seconds_a_word=0.05)) as served:
        with served.client.stream("POST", "/ask", json={**QUESTION, "stream": True}) as response:
            events = _events(response.iter_lines())
            assert next(events)[0] == "meta"
            served.tell_to_end()
            rest = [name for name, _ in events]
        assert served.process.wait(PATIENCE_SECONDS) == 0
    assert [name for name in rest if name in TERMINAL] == ["done"]


def test_the_second_signal_ends_the_server_at_once(folder: Path) -> None:
    with _served(folder, Ending(drain_seconds=60, shutdown_seconds=60)) as served:
        served.tell_to_end()
        _until_draining(served.client)
        served.tell_to_end()
        assert served.process.wait(10) == 128 + signal.SIGTERM
