"""Embedding a large index again with another model while a service answers with the old one."""

import argparse
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from filelock import FileLock, Timeout

from eval.bench.figures import Figure
from eval.bench.killing import Workspace
from eval.bench.processes import in_own_process
from eval.bench.second_model import SETTING
from eval.bench.server import Call, Reply, Server, make_call, running_server
from eval.bench.steady import (
    Done,
    build_synthetic,
    during,
    reply_figures,
    run_ingest,
    searches,
)
from index.embedded.index import LOCK_NAME
from index.embedded.store import FILE_NAME
from index.embedder.registry import build_embedder
from index.settings import IndexSettings, load_settings

_SECONDS_BETWEEN_TRIES = 0.02


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--chunks", type=int, default=100_000, metavar="N", help="(100000)")
    parser.add_argument(
        "--rate", type=float, default=10, metavar="N", help="searches a second (10)"
    )


def run(options: argparse.Namespace) -> list[Figure]:
    """Return what failed, how long others could not write, and what doctor says afterwards."""
    settings = load_settings(IndexSettings)
    embedder = build_embedder(
        settings.embedder, cache_dir=settings.cache_dir, precision=settings.precision
    )
    with tempfile.TemporaryDirectory(prefix="mureum-bench-") as name:
        workspace = Workspace(Path(name), settings.embedder)
        identity = (embedder.name, embedder.dimension)
        in_own_process(build_synthetic, workspace.index, options.chunks, identity)
        group = f"{options.chunks:,} chunks embedded again"
        with running_server(workspace) as server:
            figures = _served(server, workspace, options, group)
        with running_server(workspace, {"EMBEDDER": SETTING}) as server:
            status = make_call(server.port, Call("/ready")).status
        doctor = run_ingest(workspace, "doctor", embedder=SETTING)
    return [
        *figures,
        Figure(group, "a service with the new one, /ready", status, at_least=200, at_most=200),
        Figure(group, "doctor, exit code", doctor.exit_code, at_most=0),
    ]


def _served(
    server: Server, workspace: Workspace, options: argparse.Namespace, group: str
) -> list[Figure]:
    calls = searches(options.chunks)
    ended = threading.Event()
    watches = [
        _Watch(_database_is_free(workspace.index / FILE_NAME), ended),
        _Watch(_lock_is_free(workspace.index / LOCK_NAME), ended),
    ]
    for watch in watches:
        watch.start()
    done, replies = during(server.port, calls, options.rate, lambda: _convert(workspace))
    ended.set()
    for watch in watches:
        watch.join()
    old = make_call(server.port, Call("/ready"))
    return [
        Figure(group, "time", done.seconds, "s"),
        Figure(group, "exit code", done.exit_code, at_most=0),
        Figure(group, "peak memory", done.peak_megabytes, "MB"),
        Figure(group, "longest time in which the database was locked", watches[0].longest, "s"),
        Figure(group, "longest time in which nobody else could write", watches[1].longest, "s"),
        *reply_figures(group, *_before_the_switch(replies)),
        Figure(group, "the old service then, /ready", old.status, at_least=503, at_most=503),
    ]


def _convert(workspace: Workspace) -> Done:
    return run_ingest(workspace, "--rebuild", embedder=SETTING)


def _before_the_switch(replies: Sequence[Reply]) -> tuple[Sequence[Reply], int]:
    """Return the replies up to the last good one, and how many of them were none."""
    last = max((n for n, reply in enumerate(replies) if reply.status == 200), default=-1)
    before = replies[: last + 1]
    return before, sum(1 for reply in before if reply.status != 200)


class _Watch(threading.Thread):
    """Tries something again and again, and notes the longest time in which it was refused."""

    def __init__(self, is_free: Callable[[], bool], ended: threading.Event) -> None:
        super().__init__()
        self.longest = 0.0
        self._is_free = is_free
        self._ended = ended

    def run(self) -> None:
        """Try until the end."""
        free = time.monotonic()
        while not self._ended.wait(_SECONDS_BETWEEN_TRIES):
            if self._is_free():
                free = time.monotonic()
            else:
                self.longest = max(self.longest, time.monotonic() - free)


def _database_is_free(path: Path) -> Callable[[], bool]:
    def is_free() -> bool:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            except sqlite3.OperationalError:
                return False
        return True

    return is_free


def _lock_is_free(path: Path) -> Callable[[], bool]:
    def is_free() -> bool:
        try:
            with FileLock(path, timeout=0):
                return True
        except Timeout:
            return False

    return is_free
