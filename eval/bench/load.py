"""Many searches at once, beside the bare encoder; and answers while an ingest runs."""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from eval.bench.figures import Figure
from eval.bench.generated import questions, write_first_edition
from eval.bench.killing import Workspace, ingest_process, wait_for_work
from eval.bench.server import Call, Reply, call_together, keep_calling, running_server
from index.embedder.base import Embedder, TextKind
from index.embedder.registry import build_embedder
from index.settings import IndexSettings, load_settings

_CALLS = 50
_CALLERS = 20
_MOST_ENCODER_TIMES = 3.0
_SLOWEST_HEALTH_MILLISECONDS = 50.0
_SWITCH_SECONDS = 0.0005
"""Twenty callers share this process: a reply must not wait for another caller's turn to end."""


@dataclass(slots=True)
class _Seconds:
    """What each round took."""

    one_by_one: list[float] = field(default_factory=list)
    batch: list[float] = field(default_factory=list)
    together: list[float] = field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--documents", type=int, default=100, metavar="N", help="(100)")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="(7)")
    parser.add_argument(
        "--seconds", type=float, default=30, metavar="S", help="of load during an ingest (30)"
    )


def run(options: argparse.Namespace) -> list[Figure]:
    """Return the time of 50 searches at once as a multiple of the encoder's, and what failed."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    settings = load_settings(IndexSettings)
    embedder = build_embedder(
        settings.embedder, cache_dir=settings.cache_dir, precision=settings.precision
    )
    with tempfile.TemporaryDirectory(prefix="mureum-bench-") as name:
        workspace = Workspace(Path(name), settings.embedder)
        write_first_edition(workspace.documents, options.documents)
        ingest_process(workspace).wait()
        with running_server(workspace) as server:
            figures = _burst(server.port, embedder, options)
            return figures + _during_ingest(server.port, workspace, options)


def _burst(port: int, embedder: Embedder, options: argparse.Namespace) -> list[Figure]:
    asked = questions(_CALLS, options.documents)[:_CALLS]
    seconds, failed = _Seconds(), 0
    embedder.encode(asked, TextKind.QUERY)
    for number in range(options.rounds + 1):
        started = time.perf_counter()
        for question in asked:
            embedder.encode([question], TextKind.QUERY)
        between = time.perf_counter()
        embedder.encode(asked, TextKind.QUERY)
        encoded = time.perf_counter()
        replies = call_together(port, [_search(question) for question in asked])
        if number:  # the first round warms the service
            seconds.one_by_one.append(between - started)
            seconds.batch.append(encoded - between)
            seconds.together.append(time.perf_counter() - encoded)
            failed += _failures(replies)
    return _burst_figures(len(asked), seconds, failed)


def _burst_figures(count: int, seconds: _Seconds, failed: int) -> list[Figure]:
    one, batch = statistics.median(seconds.one_by_one), statistics.median(seconds.batch)
    together = statistics.median(seconds.together)
    group = f"{count} searches at once, median of {len(seconds.together)} rounds"
    return [
        Figure(group, "the encoder, one by one", one * 1e3, "ms"),
        Figure(group, "the encoder, all in one batch", batch * 1e3, "ms"),
        Figure(group, "the service", together * 1e3, "ms"),
        Figure(group, "service / one by one", together / one, "×", at_most=_MOST_ENCODER_TIMES),
        Figure(group, "service / one batch", together / batch, "×", at_most=_MOST_ENCODER_TIMES),
        Figure(group, "failed", failed, at_most=0),
    ]


def _during_ingest(port: int, workspace: Workspace, options: argparse.Namespace) -> list[Figure]:
    """Let twenty callers search and look at the health while another process ingests."""
    asked = questions(_CALLERS, options.documents)[:_CALLERS]
    turns = [[_search(question), Call("/health")] for question in asked]
    write_first_edition(workspace.folder / "more", 10 * options.documents)
    process = ingest_process(workspace, "more")
    try:
        limit = wait_for_work(workspace, process) + options.seconds
        replies = keep_calling(
            port, turns, lambda: process.poll() is None and time.monotonic() < limit
        )
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
    return _ingest_figures(replies)


def _ingest_figures(replies: Sequence[Reply]) -> list[Figure]:
    health = [r.seconds * 1e3 for r in replies if r.call.body is None]
    search = [r.seconds * 1e3 for r in replies if r.call.body is not None]
    group = f"{_CALLERS} callers of /search and /health while another process ingests"
    return [
        Figure(group, "calls", len(replies)),
        Figure(group, "failed", _failures(replies), at_most=0),
        Figure(group, "/search, p50", float(np.percentile(search, 50)), "ms"),
        Figure(group, "/search, p99", float(np.percentile(search, 99)), "ms"),
        Figure(group, "/health, p50", float(np.percentile(health, 50)), "ms"),
        Figure(
            group,
            "/health, p99",
            float(np.percentile(health, 99)),
            "ms",
            at_most=_SLOWEST_HEALTH_MILLISECONDS,
        ),
    ]


def _search(question: str) -> Call:
    return Call("/search", {"query": question, "top_k": 10})


def _failures(replies: Sequence[Reply]) -> int:
    return sum(1 for reply in replies if reply.status != 200)
