"""Many answers of a slow language model at once, and what the service adds to the bare model."""

import argparse
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from eval.bench.figures import Figure
from eval.bench.generated import questions, write_first_edition
from eval.bench.killing import Workspace, ingest_process
from eval.bench.listening import listen
from eval.bench.processes import in_own_process
from eval.bench.server import Server, running_program, running_server
from eval.bench.settings import child_environment
from eval.bench.slow_model import MODEL
from eval.bench.waves import Programs, run_wave
from index.settings import IndexSettings, load_settings

_DOCUMENTS = 40
_WAVES = 3
_MOST_MILLISECONDS = 50.0
_MOST_GROWTH_MEGABYTES = 50.0
_MOST_ADDED_SHARE = 1.05
_MOST_ADDED_MILLISECONDS = 50.0
_WATCHED = "eval.bench.watched"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--streams", type=int, default=200, metavar="N", help="at once (200)")
    parser.add_argument("--alone", type=int, default=10, metavar="N", help="one by one (10)")
    parser.add_argument(
        "--seconds-a-word", type=float, default=0.15, metavar="S", help="of the model (0.15)"
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
            running_server(workspace, _model_settings(model), _WATCHED) as service,
        ):
            asked = questions(max(options.streams, options.alone), _DOCUMENTS)
            return [
                *_added(service, model, asked[: options.alone]),
                *_together(Programs(service, model), asked, options.streams),
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
    in_own_process(listen, service.port, asked[:2])
    bare = [in_own_process(listen, model.port, [""]).answers[0] for _ in asked]
    full = [in_own_process(listen, service.port, [question]).answers[0] for question in asked]
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


def _together(programs: Programs, asked: Sequence[str], count: int) -> list[Figure]:
    """Return how the service bears many streams, wave after wave."""
    many = [asked[number % len(asked)] for number in range(count)]
    waves = [run_wave(programs, many) for _ in range(_WAVES)]
    last = waves[-1]
    group = f"{count} answers streamed at once, the last of {_WAVES} waves"
    answers = [answer for wave in waves for answer in wave.answers]
    whole = [answer.whole for answer in last.answers]
    return [
        Figure(
            group, "that did not end exactly once", sum(a.ends != 1 for a in answers), at_most=0
        ),
        Figure(group, "that ended with an error", sum(a.failed for a in answers), at_most=0),
        Figure(group, "whole answer, p50", _percentile(whole, 50), "s"),
        Figure(group, "whole answer, p99", _percentile(whole, 99), "s"),
        *_times(group, "how late the event loop is", last.lag.late),
        Figure(
            group,
            "CPU time between two looks at the clock, p99",
            _percentile(last.lag.busy, 99),
            "ms",
        ),
        *_times(group, "/health", last.health),
        *(
            Figure(group, f"CPU time of {name}", share, "% of a core")
            for name, share in last.cpu_shares.items()
        ),
        Figure(
            group,
            "memory after the last wave, more than after the first",
            last.megabytes - waves[0].megabytes,
            "MB",
            at_most=_MOST_GROWTH_MEGABYTES,
        ),
    ]


def _times(group: str, name: str, milliseconds: Sequence[float]) -> list[Figure]:
    """Return the figures of times of which even the longest should be short."""
    most = _percentile(milliseconds, 99)
    return [
        Figure(group, f"{name}, p50", _percentile(milliseconds, 50), "ms"),
        Figure(group, f"{name}, p99", most, "ms", at_most=_MOST_MILLISECONDS),
        Figure(group, f"{name}, longest", max(milliseconds, default=float("nan")), "ms"),
    ]


def _percentile(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(values, percent)) if values else float("nan")
