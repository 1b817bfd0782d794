"""Kills ingests at random moments and proves that the next one leaves nothing lost or doubled."""

import argparse
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from eval.bench.answers import Answer, answers
from eval.bench.figures import Figure
from eval.bench.generated import questions, write_first_edition, write_second_edition
from eval.bench.killing import Workspace, ingest_seconds, kill_ingest
from index.analyzer import Analyzer, KoreanEnglishAnalyzer
from index.embedded.index import EmbeddedIndex
from index.embedder.hashing import HashingEmbedder
from index.errors import IndexMissingError, MureumError
from ingest.run import RunOptions, ingest

_MOST_KILLS_IN_A_ROW = 3
_QUESTIONS = 40


class Moment(StrEnum):
    """What a killed ingest left behind."""

    EMPTY = "before anything was stored"
    IN_STEP = "with BM25 in step with the store"
    BEHIND = "with the store ahead of BM25"
    UNREADABLE = "with an index that cannot be read"


@dataclass(frozen=True, slots=True)
class CrashPlan:
    """How much to kill."""

    kills: int
    documents: int = 200
    seed: int = 1


@dataclass(slots=True)
class CrashReport:
    """What the kills did, and what the examinations after the next ingest found."""

    moments: Counter[Moment] = field(default_factory=Counter)
    finished_before_kill: int = 0
    recoveries: int = 0
    problems: list[str] = field(default_factory=list)
    unequal_answers: int = 0


@dataclass(frozen=True, slots=True)
class _Scenario:
    """Where an ingest begins, what it should lead to, and how long it works."""

    begin: Path
    answers: list[Answer]
    seconds: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--kills", type=int, default=50, metavar="N", help="(50)")
    parser.add_argument("--documents", type=int, default=200, metavar="N", help="(200)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="(1)")


def run(options: argparse.Namespace) -> list[Figure]:
    """Return how many kills landed where, and what they spoilt."""
    report = crash(CrashPlan(options.kills, options.documents, options.seed))
    group = f"kill -9 during an ingest of {options.documents} documents"
    landed = sum(report.moments.values())
    return [
        Figure(group, "kills that hit a working ingest", landed, at_least=options.kills),
        *(
            Figure(
                group,
                f"… {moment.value}",
                report.moments[moment],
                at_most=0 if moment is Moment.UNREADABLE else None,
            )
            for moment in Moment
        ),
        Figure(group, "kills that came too late", report.finished_before_kill),
        Figure(group, "ingests that followed", report.recoveries),
        *(Figure(group, f"problem: {text}", 1, at_most=0) for text in report.problems),
        Figure(group, "problems that doctor found", len(report.problems), at_most=0),
        Figure(group, "answers unlike those without crashes", report.unequal_answers, at_most=0),
    ]


def crash(plan: CrashPlan) -> CrashReport:
    """Return what so many kills did, half of them in a first ingest, half in an update."""
    with tempfile.TemporaryDirectory(prefix="mureum-bench-") as name:
        return _Crashes(plan, Path(name)).report()


class _Crashes:
    """Kills, recovers and compares, in folders below one."""

    def __init__(self, plan: CrashPlan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._random = random.Random(plan.seed)  # noqa: S311 - nothing secret is drawn
        self._analyzer: Analyzer = KoreanEnglishAnalyzer()
        self._questions = questions(_QUESTIONS, plan.documents)
        self._report = CrashReport()

    def report(self) -> CrashReport:
        """Do everything."""
        scenarios = self._scenarios()
        number = 0
        while sum(self._report.moments.values()) < self._plan.kills:
            workspace = Workspace(self._folder / f"round-{number}")
            self._round(scenarios[number % len(scenarios)], workspace)
            shutil.rmtree(workspace.folder)
            number += 1
        return self._report

    def _scenarios(self) -> list[_Scenario]:
        """Return a first ingest and an update, each done once without a crash."""
        done = Workspace(self._folder / "reference")
        empty, full = self._folder / "first", self._folder / "second"
        write_first_edition(empty / "docs", self._plan.documents)
        write_second_edition(full / "docs", self._plan.documents)
        shutil.copytree(empty, done.folder)
        first = self._uncrashed(empty, done)
        shutil.copytree(done.folder / "data", full / "data")
        shutil.rmtree(done.documents)
        shutil.copytree(full / "docs", done.documents)
        return [first, self._uncrashed(full, done)]

    def _uncrashed(self, begin: Path, done: Workspace) -> _Scenario:
        seconds = ingest_seconds(done)
        with self._open(done) as index:
            return _Scenario(begin, answers(index, self._questions), seconds)

    def _round(self, scenario: _Scenario, workspace: Workspace) -> None:
        """Kill an ingest, and perhaps the one that follows it; then let one finish."""
        shutil.copytree(scenario.begin, workspace.folder)
        for _ in range(self._random.randint(1, _MOST_KILLS_IN_A_ROW)):
            if not kill_ingest(workspace, self._random.uniform(0, scenario.seconds)):
                self._report.finished_before_kill += 1
                break
            self._report.moments[self._moment(workspace)] += 1
            if sum(self._report.moments.values()) == self._plan.kills:
                break
        with self._open(workspace) as index:
            ingest(index, _options(workspace), lambda _: None)
            self._report.recoveries += 1
            self._report.problems += [f.message for f in index.examine() if f.problem]
            self._compare(scenario.answers, answers(index, self._questions))

    def _compare(self, expected: Sequence[Answer], found: Sequence[Answer]) -> None:
        pairs = zip(expected, found, strict=True)
        self._report.unequal_answers += sum(1 for one, other in pairs if one != other)

    def _moment(self, workspace: Workspace) -> Moment:
        """Return what a reader finds right after the crash."""
        with self._open(workspace) as index:
            try:
                status = index.status()
            except IndexMissingError:
                return Moment.EMPTY
            except MureumError:
                return Moment.UNREADABLE
        return Moment.BEHIND if status.lexical_revision < status.revision else Moment.IN_STEP

    def _open(self, workspace: Workspace) -> EmbeddedIndex:
        return EmbeddedIndex(workspace.index, HashingEmbedder(), self._analyzer)


def _options(workspace: Workspace) -> RunOptions:
    return RunOptions([workspace.documents], workspace.folder, prune=True)
