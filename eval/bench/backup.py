"""Backup and restore of a large index while a service answers at a steady rate."""

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from eval.bench.figures import Figure
from eval.bench.killing import Workspace
from eval.bench.processes import in_own_process
from eval.bench.server import Reply, Server, running_server
from eval.bench.steady import (
    Done,
    build_synthetic,
    during,
    idle,
    reply_figures,
    run_ingest,
    searches,
)
from index.embedder.registry import build_embedder
from index.settings import IndexSettings, load_settings

_FILE = "index.backup"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--chunks", type=int, default=100_000, metavar="N", help="(100000)")
    parser.add_argument(
        "--rate", type=float, default=10, metavar="N", help="searches a second (10)"
    )
    parser.add_argument("--backups", type=int, default=5, metavar="N", help="(5)")
    parser.add_argument("--idle", type=float, default=15, metavar="S", help="without work (15)")


def run(options: argparse.Namespace) -> list[Figure]:
    """Return how long both took, what failed meanwhile, and what doctor says afterwards."""
    settings = load_settings(IndexSettings)
    embedder = build_embedder(
        settings.embedder, cache_dir=settings.cache_dir, precision=settings.precision
    )
    with tempfile.TemporaryDirectory(prefix="mureum-bench-") as name:
        workspace = Workspace(Path(name), settings.embedder)
        identity = (embedder.name, embedder.dimension)
        in_own_process(build_synthetic, workspace.index, options.chunks, identity)
        with running_server(workspace) as server:
            figures = _served(server, workspace, options)
        return figures + _examined(workspace)


def _served(server: Server, workspace: Workspace, options: argparse.Namespace) -> list[Figure]:
    calls = searches(options.chunks)
    during(server.port, calls, options.rate, idle(2))  # the first searches warm the service
    _, quiet = during(server.port, calls, options.rate, idle(options.idle))
    figures = reply_figures("nothing else at work", quiet, _failures(quiet))
    backups: list[Done] = []
    answered: list[Reply] = []
    for _ in range(options.backups):
        done, replies = during(
            server.port, calls, options.rate, lambda: run_ingest(workspace, "backup", _FILE)
        )
        backups.append(done)
        answered += replies
    figures += _work_figures(f"backup of {options.chunks:,} chunks", backups, answered)
    size = (workspace.folder / _FILE).stat().st_size
    figures.append(Figure(f"backup of {options.chunks:,} chunks", "size", size / 1e6, "MB"))
    done, replies = during(
        server.port,
        calls,
        options.rate,
        lambda: run_ingest(workspace, "restore", _FILE, "--replace"),
    )
    figures += _work_figures(f"restore of {options.chunks:,} chunks", [done], replies)
    _, after = during(server.port, calls, options.rate, idle(options.idle))
    return figures + reply_figures("the restored index", after, _failures(after))


def _work_figures(group: str, done: Sequence[Done], replies: Sequence[Reply]) -> list[Figure]:
    return [
        Figure(group, "time, with the start of the program", _median(done), "s"),
        Figure(group, "peak memory", max(each.peak_megabytes for each in done), "MB"),
        Figure(group, "that failed", sum(1 for each in done if each.exit_code), at_most=0),
        *reply_figures(group, replies, _failures(replies)),
    ]


def _median(done: Sequence[Done]) -> float:
    return statistics.median(each.seconds for each in done)


def _examined(workspace: Workspace) -> list[Figure]:
    doctor = run_ingest(workspace, "doctor")
    group = "doctor, after the restore"
    return [
        Figure(group, "exit code", doctor.exit_code, at_most=0),
        Figure(group, "time", doctor.seconds, "s"),
    ]


def _failures(replies: Sequence[Reply]) -> int:
    return sum(1 for reply in replies if reply.status != 200)
