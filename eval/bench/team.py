"""A team at work: many askers, documents handed over, a language model that dies and comes back."""

import argparse
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx
import numpy as np

from eval.bench.askers import Asker, Habits, ask_for_a_while
from eval.bench.figures import Figure
from eval.bench.generated import paragraph, questions, write_first_edition
from eval.bench.killing import Workspace, ingest_process
from eval.bench.processes import in_own_process, memory_megabytes
from eval.bench.server import Call, Server, make_call, running_program, running_server
from eval.bench.settings import child_environment
from eval.bench.slow_model import MODEL
from index.settings import IndexSettings, load_settings

_KNOWN_DOCUMENTS = 40
_PROBE_SECONDS = 0.1
_FIRST_MINUTE_SECONDS = 60.0
_JOBS_SECONDS = 300.0
_MOST_HEALTH_MILLISECONDS = 50.0
_MOST_MEMORY_TIMES = 1.1


@dataclass(slots=True)
class _Seen:
    """What was seen of the service meanwhile; the health is in milliseconds."""

    health: list[float] = field(default_factory=list)
    failed_probes: int = 0
    early_megabytes: float = float("nan")
    late_megabytes: float = float("nan")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--askers", type=int, default=50, metavar="N", help="at once (50)")
    parser.add_argument("--minutes", type=float, default=5, metavar="M", help="(5)")
    parser.add_argument("--documents", type=int, default=200, metavar="N", help="new ones (200)")
    parser.add_argument(
        "--think", type=float, default=2, metavar="S", help="seconds between questions (2)"
    )


def run(options: argparse.Namespace) -> list[Figure]:
    """Return what was lost, how streams ended, how the service felt, and how it grew."""
    settings = load_settings(IndexSettings)
    with tempfile.TemporaryDirectory(prefix="mureum-bench-") as name:
        workspace = Workspace(Path(name), settings.embedder)
        write_first_edition(workspace.documents, _KNOWN_DOCUMENTS)
        ingest_process(workspace).wait()
        port = _free_port()
        with running_server(workspace, _settings(port)) as service:
            return _work_day(service, _Model(workspace, port), options)


def _work_day(service: Server, model: "_Model", options: argparse.Namespace) -> list[Figure]:
    seconds = options.minutes * 60
    asked = questions(_KNOWN_DOCUMENTS, _KNOWN_DOCUMENTS)
    habits = Habits(seconds, options.think)
    with ThreadPoolExecutor(3) as pool:
        team = pool.submit(
            in_own_process, ask_for_a_while, service.port, asked, options.askers, habits
        )
        probes = pool.submit(_probed, service, team)
        sent = pool.submit(_hand_over, service.port, options.documents, seconds)
        model.live_die_and_return(seconds, team)
        people, seen, taken = team.result(), probes.result(), sent.result()
    return [
        *_answer_figures(people, _lost_turns(service.port, people), options),
        *_document_figures(options.documents, taken, _unfinished(service.port)),
        *_service_figures(seen),
    ]


@dataclass(frozen=True, slots=True)
class _Model:
    """A slow language model that is killed after a third of the time and started at two thirds."""

    workspace: Workspace
    port: int

    def live_die_and_return(self, seconds: float, team: Future[list[Asker]]) -> None:
        """Return when the team has gone home."""
        with self._running():
            time.sleep(seconds / 3)
        time.sleep(seconds / 3)
        with self._running():
            team.result()

    @contextmanager
    def _running(self) -> Iterator[None]:
        arguments = ["eval.bench.slow_model", "--seconds-a-word", "0.05", "--port", str(self.port)]
        with running_program(arguments, self.workspace.folder, child_environment({})):
            yield


def _settings(port: int) -> Mapping[str, str]:
    return {
        "APP_WORKER": "True",
        "LLM_BACKEND": "openai",
        "LLM_MODEL": f"openai:{MODEL}",
        "LLM_BASE_URL": f"http://127.0.0.1:{port}/v1",
    }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _probed(service: Server, team: Future[list[Asker]]) -> _Seen:
    """Return what ``/health`` took at regular times until the team has gone home."""
    seen, began = _Seen(), time.monotonic()
    while not team.done():
        reply = make_call(service.port, Call("/health"))
        if reply.status == HTTPStatus.OK:
            seen.health.append(reply.seconds * 1e3)
        else:
            seen.failed_probes += 1
        if np.isnan(seen.early_megabytes) and time.monotonic() - began > _FIRST_MINUTE_SECONDS:
            seen.early_megabytes = memory_megabytes(process=service.pid)
        time.sleep(_PROBE_SECONDS)
    seen.late_megabytes = memory_megabytes(process=service.pid)
    return seen


def _hand_over(port: int, documents: int, seconds: float) -> int:
    """Hand over documents at a steady rate, and return how many were taken."""
    taken = 0
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        began = time.monotonic()
        for number in range(documents):
            text = f"# 새 문서 {number}\n\n{paragraph(20_000 + number)}\n"
            file = ("files", (f"new-{number:04}.md", text.encode()))
            taken += client.post("/documents", files=[file]).status_code == HTTPStatus.ACCEPTED
            time.sleep(max(0.0, began + seconds * (number + 1) / documents - time.monotonic()))
    return taken


def _unfinished(port: int) -> int:
    """Return how many jobs are not done when there was time enough for them."""
    until = time.monotonic() + _JOBS_SECONDS
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        while True:
            jobs = client.get("/jobs", params={"limit": 1}).json()["total"]
            done = client.get("/jobs", params={"limit": 1, "state": "done"}).json()["total"]
            if jobs == done or time.monotonic() > until:
                return int(jobs - done)
            time.sleep(1)


def _lost_turns(port: int, people: Sequence[Asker]) -> int:
    """Return how many questions were taken of which the session knows no end."""
    lost = 0
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        for person in people:
            turns = client.get(f"/sessions/{person.session_id}").json().get("turns", [])
            lost += max(0, person.begun - sum(turn["status"] != "answering" for turn in turns))
    return lost


def _answer_figures(
    people: Sequence[Asker], lost: int, options: argparse.Namespace
) -> list[Figure]:
    ends = [each for person in people for each in person.ends]
    group = (
        f"{options.askers} askers, {options.think:g} s between questions, {options.minutes:g} min,"
        " the model away for a third of it"
    )
    return [
        Figure(group, "questions that were taken", len(ends)),
        Figure(group, "… answered", sum(each == ["done"] for each in ends)),
        Figure(group, "… ended with an error", sum(each == ["error"] for each in ends)),
        Figure(group, "… without exactly one end", sum(len(each) != 1 for each in ends), at_most=0),
        Figure(group, "… without a turn in the session", lost, at_most=0),
        Figure(group, "refused before they began", sum(len(p.refused) for p in people)),
        Figure(group, "connections that broke", sum(p.broken for p in people), at_most=0),
    ]


def _document_figures(wanted: int, taken: int, unfinished: int) -> list[Figure]:
    group = "documents handed over meanwhile"
    return [
        Figure(group, "taken", taken, at_least=wanted),
        Figure(group, "not read in the end", unfinished, at_most=0),
    ]


def _service_figures(seen: _Seen) -> list[Figure]:
    group = "the service meanwhile"
    growth = seen.late_megabytes / seen.early_megabytes
    most = float(np.percentile(seen.health, 99))
    return [
        Figure(group, "/health, p50", float(np.percentile(seen.health, 50)), "ms"),
        Figure(group, "/health, p99", most, "ms", at_most=_MOST_HEALTH_MILLISECONDS),
        Figure(group, "/health, failed", seen.failed_probes, at_most=0),
        Figure(group, "memory after the first minute", seen.early_megabytes, "MB"),
        Figure(group, "memory in the end, as a multiple", growth, "×", at_most=_MOST_MEMORY_TIMES),
    ]
