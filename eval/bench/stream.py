"""Many answers of a slow language model at once, and what the service adds to the bare model."""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np

from eval.bench.figures import Figure
from eval.bench.generated import questions, write_first_edition
from eval.bench.killing import Workspace, ingest_process
from eval.bench.processes import in_own_process, memory_megabytes
from eval.bench.server import (
    Call,
    Reply,
    Server,
    call_together,
    running_program,
    running_server,
)
from eval.bench.settings import child_environment
from eval.bench.slow_model import MODEL
from index.settings import IndexSettings, load_settings

_DOCUMENTS = 40
_WAVES = 3
_PROBE_SECONDS = 0.05
_MOST_HEALTH_MILLISECONDS = 50.0
_MOST_GROWTH_MEGABYTES = 50.0
_MOST_ADDED_SHARE = 1.05
_MOST_ADDED_MILLISECONDS = 50.0
_SEARCH_STEPS = ("rewrite", "embed", "retrieve", "rerank")
_TIMEOUT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Streamed:
    """One streamed answer: seconds to its first words and to its end, how often it ended.

    ``search_seconds`` is what the service says that it spent before the model was asked.
    """

    first: float
    whole: float
    ends: int
    search_seconds: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--streams", type=int, default=200, metavar="N", help="at once (200)")
    parser.add_argument("--alone", type=int, default=10, metavar="N", help="one by one (10)")
    parser.add_argument(
        "--seconds-a-word", type=float, default=0.05, metavar="S", help="of the model (0.05)"
    )


def run(options: argparse.Namespace) -> list[Figure]:
    """Return what the streams and the service's health took, and what the service adds."""
    settings = load_settings(IndexSettings)
    with tempfile.TemporaryDirectory(prefix="mureum-bench-") as name:
        workspace = Workspace(Path(name), settings.embedder)
        write_first_edition(workspace.documents, _DOCUMENTS)
        ingest_process(workspace).wait()
        arguments = ["eval.bench.slow_model", "--seconds-a-word", str(options.seconds_a_word)]
        environment = child_environment({})
        with (
            running_program(arguments, workspace.folder, environment) as model,
            running_server(workspace, _model_settings(model)) as service,
        ):
            asked = questions(max(options.streams, options.alone), _DOCUMENTS)
            return [
                *_added(service, model, asked[: options.alone]),
                *_together(service, asked, options.streams),
            ]


def _model_settings(model: Server) -> Mapping[str, str]:
    return {
        "LLM_BACKEND": "openai",
        "LLM_MODEL": f"openai:{MODEL}",
        "LLM_BASE_URL": f"http://127.0.0.1:{model.port}/v1",
        "APP_WAITING_REQUESTS": "1000",
    }


def _added(service: Server, model: Server, asked: Sequence[str]) -> list[Figure]:
    """Return what the service adds to the model, beside its search."""
    in_own_process(stream_all, service.port, asked[:2])
    bare = [in_own_process(stream_all, model.port, [""])[0] for _ in asked]
    full = [in_own_process(stream_all, service.port, [question])[0] for question in asked]
    whole = statistics.median(one.whole for one in bare)
    first = statistics.median(one.first for one in bare)
    added = statistics.median(one.first - one.search_seconds for one in full) - first
    share = statistics.median(one.whole - one.search_seconds for one in full) / whole
    group = f"one answer at a time, median of {len(asked)}"
    return [
        Figure(group, "the bare model, to the first word", first * 1e3, "ms"),
        Figure(group, "the bare model, whole", whole * 1e3, "ms"),
        Figure(
            group,
            "added to the first word, apart from the search",
            added * 1e3,
            "ms",
            at_most=_MOST_ADDED_MILLISECONDS,
        ),
        Figure(
            group,
            "whole, apart from the search, as a multiple",
            share,
            "×",
            at_most=_MOST_ADDED_SHARE,
        ),
    ]


def _together(service: Server, asked: Sequence[str], count: int) -> list[Figure]:
    """Return how the service bears many streams, wave after wave."""
    many = [asked[number % len(asked)] for number in range(count)]
    answers: list[Streamed] = []
    memory: list[float] = []
    with ThreadPoolExecutor(1) as pool:
        for _ in range(_WAVES):
            wave = pool.submit(in_own_process, stream_all, service.port, many)
            replies = _probed(service, wave)
            answers = wave.result()
            memory.append(memory_megabytes(process=service.pid))
    health = [reply.seconds * 1e3 for reply in replies if reply.status == 200]
    group = f"{count} answers streamed at once, the last of {_WAVES} waves"
    return [
        Figure(
            group, "that did not end exactly once", sum(a.ends != 1 for a in answers), at_most=0
        ),
        Figure(group, "whole answer, p50", _percentile([a.whole for a in answers], 50), "s"),
        Figure(group, "whole answer, p99", _percentile([a.whole for a in answers], 99), "s"),
        Figure(group, "/health, p50", _percentile(health, 50), "ms"),
        Figure(
            group,
            "/health, p99",
            _percentile(health, 99),
            "ms",
            at_most=_MOST_HEALTH_MILLISECONDS,
        ),
        Figure(
            group,
            "memory after the last wave, more than after the first",
            memory[-1] - memory[0],
            "MB",
            at_most=_MOST_GROWTH_MEGABYTES,
        ),
    ]


def _probed(service: Server, wave: Future[list[Streamed]]) -> list[Reply]:
    """Return the replies of ``/health`` at regular times until the wave has ended."""
    replies: list[Reply] = []
    while not wave.done():
        replies += call_together(service.port, [Call("/health")])
        time.sleep(_PROBE_SECONDS)
    return replies


def stream_all(port: int, asked: Sequence[str]) -> list[Streamed]:
    """Ask everything at once; an empty question asks the bare model."""
    return asyncio.run(_stream_all(port, asked))


async def _stream_all(port: int, asked: Sequence[str]) -> list[Streamed]:
    limits = httpx.Limits(max_connections=None)
    base = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=base, limits=limits, timeout=_TIMEOUT_SECONDS) as client:
        return await asyncio.gather(*(_stream(client, question) for question in asked))


async def _stream(client: httpx.AsyncClient, question: str) -> Streamed:
    path = "/ask" if question else "/v1/chat/completions"
    body = {"question": question, "stream": True} if question else {}
    began = time.perf_counter()
    first, ends, search = 0.0, 0, 0.0
    async with client.stream("POST", path, json=body) as response:
        async for line in response.aiter_lines():
            if not first and ("delta" in line):
                first = time.perf_counter() - began
            ends += line in {"event: done", "event: error", "data: [DONE]"}
            if line.startswith("data: ") and "timings_ms" in line:
                timings = json.loads(line.removeprefix("data: "))["timings_ms"]
                search = sum(timings.get(step, 0.0) for step in _SEARCH_STEPS) / 1e3
    return Streamed(first, time.perf_counter() - began, ends, search)


def _percentile(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(values, percent)) if values else float("nan")
