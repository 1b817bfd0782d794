"""Searches at a steady rate while a command of the ingestion works, and what became of both."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path

import numpy as np

from eval.bench.building import build
from eval.bench.figures import Figure
from eval.bench.killing import Workspace
from eval.bench.processes import memory_megabytes
from eval.bench.server import Call, Reply, make_call
from eval.bench.settings import child_environment
from eval.bench.synthetic import Collection, GivenVectors
from index.analyzer import KoreanEnglishAnalyzer

_MOST_AT_ONCE = 64
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did: its exit code, its time, its peak memory, what it printed."""

    exit_code: int
    seconds: float
    peak_megabytes: float
    output: str


def build_synthetic(folder: Path, chunks: int, identity: tuple[str, int]) -> None:
    """Build an index that a service with this embedder opens."""
    build(folder, Collection(chunks), GivenVectors(*identity), KoreanEnglishAnalyzer())


def searches(chunks: int) -> list[Call]:
    """Return calls for words of the synthetic documents."""
    queries = Collection(chunks).queries(100)
    return [Call("/search", {"query": query.text, "top_k": 10}) for query in queries]


def during(
    port: int, calls: Sequence[Call], per_second: float, work: Callable[[], Done]
) -> tuple[Done, list[Reply]]:
    """Return what some work did, and the replies to calls that came at this rate meanwhile.

    A call is made when its time has come, however long the ones before it take.
    """
    ended = threading.Event()
    with ThreadPoolExecutor(_MOST_AT_ONCE) as callers, ThreadPoolExecutor(1) as worker:
        done = worker.submit(work)
        done.add_done_callback(lambda _: ended.set())
        made: list[Future[Reply]] = []
        started = time.monotonic()
        for number, each in zip(count(), cycle(calls), strict=False):
            made.append(callers.submit(make_call, port, each))
            if ended.wait(max(0.0, started + (number + 1) / per_second - time.monotonic())):
                break
        return done.result(), [reply.result() for reply in made]


def idle(seconds: float) -> Callable[[], Done]:
    """Return work that is none."""

    def wait() -> Done:
        time.sleep(seconds)
        return Done(0, seconds, 0.0, "")

    return wait


def run_ingest(workspace: Workspace, *arguments: str, embedder: str | None = None) -> Done:
    """Run ``python -m ingest`` with these arguments over a workspace."""
    settings = {"DATA_DIR": str(workspace.data), "EMBEDDER": embedder or workspace.embedder}
    started, peak = time.monotonic(), 0.0
    with subprocess.Popen(  # noqa: S603 - the program is this project itself
        [sys.executable, "-m", "ingest", *arguments],
        cwd=workspace.folder,
        env=child_environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        while process.poll() is None:
            peak = max(peak, _peak(process.pid))
            time.sleep(_POLL_SECONDS)
        output = process.stdout.read() if process.stdout else ""
        return Done(process.returncode, time.monotonic() - started, peak, output)


def reply_figures(group: str, replies: Sequence[Reply], failed: int) -> list[Figure]:
    """Return how many calls there were, how many failed, and how long they took."""
    times = [reply.seconds * 1e3 for reply in replies]
    return [
        Figure(group, "searches", len(replies)),
        Figure(group, "… that failed", failed, at_most=0),
        Figure(group, "/search, p50", float(np.percentile(times, 50)), "ms"),
        Figure(group, "/search, p99", float(np.percentile(times, 99)), "ms"),
    ]


def _peak(pid: int) -> float:
    try:
        peak = memory_megabytes("VmHWM", pid)
    except OSError:  # it ended a moment ago
        return 0.0
    return 0.0 if np.isnan(peak) else peak
