"""A service in a process of its own, on a port that it chooses."""

import http.client
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from eval.bench.killing import Workspace
from eval.bench.settings import child_environment

_HOST = "127.0.0.1"
_ADDRESS = re.compile(rf"http://{re.escape(_HOST)}:(\d+)")
_LONGEST_START_SECONDS = 180
_TIMEOUT_SECONDS = 120
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Call:
    """One request to make; with a body it is a POST of JSON."""

    path: str
    body: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a call; the status is 0 when there was no answer."""

    call: Call
    status: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Server:
    """A server of this machine that answers."""

    port: int
    pid: int


@contextmanager
def running_server(
    workspace: Workspace, settings: Mapping[str, str] | None = None, program: str = "app"
) -> Iterator[Server]:
    """Run the service over a workspace until the block ends; it is ready when it is given.

    ``program`` is the module that serves. All requests come from one address, so that the limits
    of senders are off: what is measured is what the service can do.
    """
    usual = {
        "DATA_DIR": str(workspace.data),
        "EMBEDDER": workspace.embedder,
        "APP_PORT": "0",
        "APP_WORKER": "False",
        "APP_REQUESTS_A_MINUTE": "0",
        "APP_REQUESTS_AT_ONCE": "0",
    }
    environment = child_environment({**usual, **(settings or {})})
    with running_program([program], workspace.folder, environment) as server:
        _wait_for(server, "/ready")
        yield server


@contextmanager
def running_program(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> Iterator[Server]:
    """Run a Python module that serves until the block ends; its log names its port."""
    log = folder / f"{arguments[0]}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - a module of ours, no shell
            [sys.executable, "-m", *arguments],
            cwd=folder,
            env=dict(environment),
            stdout=output,
            stderr=output,
        )
    try:
        yield Server(_port(process, log), process.pid)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def call_together(port: int, calls: Sequence[Call]) -> list[Reply]:
    """Make all calls at the same time, each in a thread and a connection of its own."""
    replies: list[Reply] = []
    start = threading.Barrier(len(calls) + 1)

    def call_once(call: Call) -> None:
        start.wait()
        replies.append(make_call(port, call))

    threads = [threading.Thread(target=call_once, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    start.wait()
    for thread in threads:
        thread.join()
    return replies


def keep_calling(
    port: int, turns: Sequence[Sequence[Call]], going_on: Callable[[], bool]
) -> list[Reply]:
    """Let one caller for each list make its calls in turn, again and again, while it goes on."""
    replies: list[Reply] = []

    def call_in_turn(calls: Sequence[Call]) -> None:
        while going_on():
            for call in calls:
                replies.append(make_call(port, call))  # noqa: PERF401 - others add to it meanwhile

    threads = [threading.Thread(target=call_in_turn, args=(calls,)) for calls in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


def make_call(port: int, call: Call) -> Reply:
    """Make one call in a connection of its own, and return what came of it."""
    connection = http.client.HTTPConnection(_HOST, port, timeout=_TIMEOUT_SECONDS)
    started = time.perf_counter()
    try:
        body = None if call.body is None else json.dumps(call.body)
        headers = {"Content-Type": "application/json"}
        connection.request("POST" if body else "GET", call.path, body, headers)
        response = connection.getresponse()
        response.read()
        return Reply(call, response.status, time.perf_counter() - started)
    except (OSError, http.client.HTTPException):
        return Reply(call, 0, time.perf_counter() - started)
    finally:
        connection.close()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    limit = time.monotonic() + _LONGEST_START_SECONDS
    while process.poll() is None and time.monotonic() < limit:
        address = _ADDRESS.search(log.read_text(encoding="utf-8", errors="replace"))
        if address:
            return int(address[1])
        time.sleep(_POLL_SECONDS)
    raise RuntimeError(f"The server did not start: {log.read_text(errors='replace')[-2000:]}")


def _wait_for(server: Server, path: str) -> None:
    limit = time.monotonic() + _LONGEST_START_SECONDS
    while make_call(server.port, Call(path)).status != HTTPStatus.OK:
        if time.monotonic() > limit:
            raise RuntimeError(f"The service did not answer {path} with 200 in time.")
        time.sleep(_POLL_SECONDS)
