"""``python -m eval speed DIR``: what a question costs, step by step, beside the bare encoder.

A machine that is busy, or slow, makes both slow: the ratio says what the service adds. Questions
go to ``POST /ask`` one at a time, through the whole application but for the socket.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import numpy as np
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from app.api.application import WebOptions, create_application
from app.bootstrap import ServiceSettings, build_service
from app.llm.settings import LanguageModelSettings
from app.memory.settings import MemorySettings
from app.service import Service
from eval.arguments import add_report_arguments, add_set_arguments
from eval.asking import AskedSet, AskingSetup, load_asking_setup
from eval.datasets import read_question_set
from eval.errors import QuestionSetError
from eval.report.writing import write_report
from eval.retrieval import index_folder
from index.embedder.base import TextKind
from ingest.progress import StepProgress

ENCODER, ASK = "bare encoder", "POST /ask"
_BASE = "http://service"
_WARM_UP = 5
_LARGEST_REQUEST_BYTES = 1_000_000
_TIMEOUT_SECONDS = 120

Times = dict[str, list[float]]
"""Step → one time a question, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Speed:
    """The times of a set's questions; ``answered`` counts those that were not refused."""

    times: Times
    answered: int

    def percentile(self, step: str, percentile: float) -> float:
        """Return a percentile of a step's times."""
        return float(np.percentile(self.times[step], percentile))

    def ratio(self, percentile: float) -> float:
        """Return how many times as long an answer takes as encoding the question alone."""
        return self.percentile(ASK, percentile) / self.percentile(ENCODER, percentile)

    def as_json(self) -> dict[str, object]:
        """Return what the report says."""
        return {
            "questions": len(self.times[ASK]),
            "answered": self.answered,
            "milliseconds": {
                step: {"p50": self.percentile(step, 50), "p95": self.percentile(step, 95)}
                for step in self.times
            },
            "ratio_to_encoder": {"p50": self.ratio(50), "p95": self.ratio(95)},
        }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the folder, the queries, and where results and index go."""
    add_set_arguments(parser, several=False)
    add_report_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Return 0 after measuring; raise a MureumError when the set cannot be measured."""
    (folder,) = options.folders
    one = read_question_set(folder, options.queries, options.limit)
    setup = load_asking_setup()
    console = Console(highlight=False)
    questions = [query.text for query in one.queries]
    with index_folder(options.index) as kept, TemporaryDirectory(prefix="mureum-eval-") as memory:
        index = AskedSet(one.name, setup, kept / one.name, console).ingest(one.documents)
        service = _service(setup, kept / one.name, Path(memory))
        with StepProgress(console, f"{one.name}: ask", len(questions)) as progress:
            speed = asyncio.run(measure(service, questions, progress))
    _print(speed, console)
    found = {**speed.as_json(), "index": index.as_json()}
    report = {"command": "speed", "sets": {one.name: found}, **setup.as_json()}
    write_report(report, json=options.json, html=options.html)
    return 0


async def measure(
    service: Service, questions: Sequence[str], progress: Callable[[int], None]
) -> Speed:
    """Return the times of every question; the first few are asked once more beforehand.

    The service is closed afterwards.
    """
    application = create_application(service, WebOptions(_LARGEST_REQUEST_BYTES))
    transport = httpx.ASGITransport(application)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url=_BASE, timeout=_TIMEOUT_SECONDS) as client,
    ):
        for question in questions[:_WARM_UP]:
            await _ask(client, question)
        times: Times = {ENCODER: [], ASK: []}
        answered = 0
        for question in questions:
            times[ENCODER].append(_encoding_milliseconds(service, question))
            answered += await _timed(client, question, times)
            progress(1)
    return Speed(times, answered)


async def _timed(client: httpx.AsyncClient, question: str, times: Times) -> bool:
    """Return whether the question was answered; add its times."""
    started = time.perf_counter()
    reply = await _ask(client, question)
    times[ASK].append(1e3 * (time.perf_counter() - started))
    for step, milliseconds in reply["timings_ms"].items():
        times.setdefault(step, []).append(milliseconds)
    return reply["abstained"] is False


async def _ask(client: httpx.AsyncClient, question: str) -> dict[str, Any]:
    response = await client.post("/ask", json={"question": question})
    reply: dict[str, Any] = response.json()
    if response.status_code != httpx.codes.OK:
        raise QuestionSetError(f'"{question[:60]}" is not answered: {reply["detail"]}')
    return reply


def _encoding_milliseconds(service: Service, question: str) -> float:
    started = time.perf_counter()
    service.opener.index().embedder.encode([question], TextKind.QUERY)
    return 1e3 * (time.perf_counter() - started)


def _service(setup: AskingSetup, data_dir: Path, memory: Path) -> Service:
    """Return the service without a language model; its conversations are forgotten afterwards."""
    url = SecretStr(f"sqlite:///{memory / 'conversations.sqlite3'}")
    return build_service(
        ServiceSettings(
            setup.app,
            setup.index.model_copy(update={"data_dir": data_dir}),
            LanguageModelSettings(backend="none"),
            MemorySettings(url=url),
        )
    )


def _print(speed: Speed, console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("step")
    for column in ("p50 ms", "p95 ms"):
        table.add_column(column, justify="right")
    for step in speed.times:
        values = (f"{speed.percentile(step, percentile):.1f}" for percentile in (50, 95))
        table.add_row(step, *values)
    console.print(table)
    console.print(
        f"{len(speed.times[ASK]):,} questions, {speed.answered:,} answered. An answer takes"
        f" {speed.ratio(50):.1f} times as long as encoding its question (p95:"
        f" {speed.ratio(95):.1f} times)."
    )
