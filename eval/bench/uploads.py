"""Kills service and worker at random moments of uploads, and proves that nothing is lost."""

import argparse
import random
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from eval.bench.figures import Figure
from eval.bench.killing import Workspace
from eval.bench.upload_checks import problems
from eval.bench.upload_places import Place, ServicePlace, WorkerPlace
from eval.bench.upload_wishes import Expected, Kind, Wish, wishes
from index.analyzer import KoreanEnglishAnalyzer
from index.embedded.index import EmbeddedIndex
from index.embedder.hashing import HashingEmbedder
from index.uploads.models import JobState
from index.uploads.sqlite import DATABASE_NAME, SqliteUploads

_LONGEST_END_SECONDS = 600
_KILLED_WHEN_UP = 0.75


@dataclass(frozen=True, slots=True)
class UploadsPlan:
    """How much to hand over, and how often to kill within how many seconds of a start.

    One kill in four may come while the program starts, the others come after that.
    With ``quick`` the last lease is ended instead of waited for.
    """

    kills: int
    documents: int = 300
    seed: int = 1
    longest_life_seconds: float = 6.0
    service: bool = False
    quick: bool = False


@dataclass(slots=True)
class UploadsReport:
    """What the kills hit, and what was wrong in the end."""

    wishes: int = 0
    unanswered: int = 0
    kills: int = 0
    kills_of_busy_workers: int = 0
    problems: list[str] = field(default_factory=list)
    ended_as_asked: bool = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="(200)")
    parser.add_argument("--documents", type=int, default=300, metavar="N", help="(300)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="(1)")
    parser.add_argument(
        "--service", action="store_true", help="over HTTP: kill the service and its worker in turn"
    )


def run(options: argparse.Namespace) -> list[Figure]:
    """Return what was killed, and what was wrong in the end."""
    plan = UploadsPlan(options.kills, options.documents, options.seed, service=options.service)
    report = uploads(plan)
    print(*report.problems, sep="\n", file=sys.stderr)  # noqa: T201 - a figure has no room for it
    group = f"kill -9 while {plan.documents} files are handed over, replaced and removed"
    return [
        Figure(group, "wishes", report.wishes),
        Figure(group, "… that a kill left without an answer", report.unanswered),
        Figure(group, "kills", report.kills, at_least=plan.kills),
        Figure(group, "… while jobs were being done", report.kills_of_busy_workers),
        Figure(group, "problems in the end", len(report.problems), at_most=0),
        Figure(group, "ended when asked to", report.ended_as_asked, at_least=1),
    ]


def uploads(plan: UploadsPlan) -> UploadsReport:
    """Return what came of handing over everything while killing so often."""
    with tempfile.TemporaryDirectory(prefix="mureum-bench-") as name:
        workspace = Workspace(Path(name))
        place = ServicePlace(workspace) if plan.service else WorkerPlace(workspace)
        try:
            return _Kills(plan, workspace, place).report()
        finally:
            place.kill()


class _Kills:
    """Hands over, kills, and looks at what is left."""

    def __init__(self, plan: UploadsPlan, workspace: Workspace, place: Place) -> None:
        self._plan = plan
        self._data = workspace.data
        self._index = workspace.index
        self._place = place
        self._random = random.Random(plan.seed)  # noqa: S311 - nothing secret is drawn
        self._expected = Expected()
        self._report = UploadsReport()

    def report(self) -> UploadsReport:
        """Do everything."""
        waiting = wishes(self._plan.documents, self._plan.seed)
        total = sum(1 for _ in wishes(self._plan.documents, self._plan.seed))
        with closing(SqliteUploads(self._data)) as queue:
            share = -(-total // self._plan.kills)
            while self._report.kills < self._plan.kills:
                self._life(queue, islice(waiting, share))
            self._finish(queue)
        with EmbeddedIndex(self._index, HashingEmbedder(), KoreanEnglishAnalyzer()) as index:
            self._report.problems += problems(index, self._data, self._expected)
        return self._report

    def _life(self, queue: SqliteUploads, some: Iterator[Wish]) -> None:
        """Hand over some wishes, with a kill of the service or the worker in between or after."""
        self._place.start()
        if self._random.random() < _KILLED_WHEN_UP:
            self._place.wait_until_up()
        target = self._random.choice([self._place.kill, self._place.kill_worker])
        moment = self._random.uniform(0, self._plan.longest_life_seconds)
        killing = threading.Timer(moment, self._kill, [queue, target])
        killing.start()
        for wish in some:
            self._hand_over(wish)
        killing.join()

    def _kill(self, queue: SqliteUploads, target: Callable[[], bool]) -> None:
        running = queue.jobs(limit=1, state=JobState.RUNNING).total
        if target():
            self._report.kills += 1
            self._report.kills_of_busy_workers += bool(running)

    def _hand_over(self, wish: Wish) -> None:
        """Hand over a wish; one about a document that nobody acknowledged is left out."""
        known = self._expected.ids.get(wish.name, "")
        if wish.kind is not Kind.ADD and (not known or self._expected.markers[wish.name] == {""}):
            return
        self._report.wishes += 1
        document_id = self._place.take(wish, known)
        self._report.unanswered += document_id is None
        self._expected.note(wish, document_id)

    def _finish(self, queue: SqliteUploads) -> None:
        """Let what was killed last be done to its end."""
        deadline = time.monotonic() + _LONGEST_END_SECONDS
        self._place.start()
        if self._plan.quick:
            _end_leases(self._data)
        while any(queue.jobs(limit=1, state=s).total for s in (JobState.WAITING, JobState.RUNNING)):
            if time.monotonic() > deadline:
                self._report.problems.append("the work never ended")
                break
            time.sleep(0.2)
        self._report.ended_as_asked = self._place.stop() in {0, -signal.SIGTERM}


def _end_leases(data: Path) -> None:
    with closing(sqlite3.connect(data / DATABASE_NAME, timeout=30)) as connection, connection:
        connection.execute("UPDATE jobs SET leased_until = 0 WHERE state = 'running'")
