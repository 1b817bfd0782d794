"""A wave of questions that arrive at once, and what is seen of the service meanwhile."""

import http.client
import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus

from eval.bench.listening import Heard, Streamed, listen
from eval.bench.processes import cpu_seconds_of, in_own_process, memory_megabytes
from eval.bench.server import Call, Server, call_together
from eval.bench.watched import LAG_PATH, Lag

_PROBE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Programs:
    """The two programs that run while answers are streamed."""

    service: Server
    model: Server

    def cpu_seconds(self) -> Mapping[str, float]:
        """Return the CPU time of each so far."""
        return {
            "the service": cpu_seconds_of(self.service.pid),
            "the model": cpu_seconds_of(self.model.pid),
        }


@dataclass(frozen=True, slots=True)
class Wave:
    """What was heard and seen; times are in milliseconds.

    ``health`` holds what ``/health`` took. ``cpu_shares`` are percent of one core, by program;
    ``megabytes`` is the memory of the service at the end.
    """

    answers: Sequence[Streamed]
    health: Sequence[float]
    lag: Lag
    cpu_shares: Mapping[str, float]
    megabytes: float


def run_wave(programs: Programs, asked: Sequence[str]) -> Wave:
    """Return what came of asking everything at once."""
    service = programs.service
    _lag(service)
    cpu, began = programs.cpu_seconds(), time.perf_counter()
    with ThreadPoolExecutor(1) as pool:
        wave = pool.submit(in_own_process, listen, service.port, asked)
        health = _probed(service, wave)
        heard = wave.result()
    seconds = time.perf_counter() - began
    spent = {name: after - cpu[name] for name, after in programs.cpu_seconds().items()}
    spent["the listeners"] = heard.cpu_seconds
    return Wave(
        heard.answers,
        health,
        _lag(service),
        {name: 100 * value / seconds for name, value in spent.items()},
        memory_megabytes(process=service.pid),
    )


def _probed(service: Server, wave: Future[Heard]) -> list[float]:
    """Return what ``/health`` took at regular times until the wave has ended."""
    taken: list[float] = []
    while not wave.done():
        for reply in call_together(service.port, [Call("/health")]):
            taken += [reply.seconds * 1e3] if reply.status == HTTPStatus.OK else []
        time.sleep(_PROBE_SECONDS)
    return taken


def _lag(service: Server) -> Lag:
    """Return what the service's event loop did since this was asked before."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    try:
        connection.request("GET", LAG_PATH)
        return Lag(**json.loads(connection.getresponse().read()))
    finally:
        connection.close()
