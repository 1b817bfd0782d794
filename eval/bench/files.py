"""Many small files: memory, what all but the encoder costs, and a run that finds nothing new.

Twenty thousand files would keep the encoder busy for half an hour and say nothing new about it:
they are ingested with vectors drawn from each text, which cost next to nothing, and the real
encoder is measured on some of the same chunks.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeVar

from eval.bench.drawn_vectors import DrawnVectors
from eval.bench.figures import Figure
from eval.bench.generated import write_notes
from eval.bench.processes import cpu_seconds, in_own_process, memory_megabytes
from index.analyzer import KoreanEnglishAnalyzer
from index.embedded.index import EmbeddedIndex
from index.embedder.base import TextKind
from index.embedder.bundled.embedder import BundledEmbedder
from index.embedder.options import EmbedderOptions
from index.settings import IndexSettings, load_settings
from ingest.reading import ReadingOptions, parse_here, read_content, to_document
from ingest.report import FileReport
from ingest.run import RunOptions
from ingest.run import ingest as run_ingest
from ingest.watching.notices import News
from ingest.watching.timing import Timing
from ingest.watching.watcher import Watcher

_MOST_GROWTH_PERCENT = 10.0
_MOST_OVERHEAD_PERCENT = 15.0
_MOST_SECONDS_AGAIN = 10.0
_SETTLED_AFTER = 1_000
_FILES_BETWEEN_LOOKS = 100
_DIMENSION = 384

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Cost:
    """What some work took: by the clock, and of all processors."""

    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class _Run:
    """A run over all files; the memory of this process is noted every hundred files.

    ``own_megabytes`` leave out what it maps of the index's files: the system keeps that as long
    as nobody needs the room, and it grows with the index.
    """

    cost: _Cost
    chunks: int
    own_megabytes: Sequence[float]
    all_megabytes: Sequence[float]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--files", type=int, default=20_000, metavar="N", help="Markdown files to make (20000)"
    )
    parser.add_argument(
        "--encoded", type=int, default=500, metavar="N", help="chunks for the real encoder (500)"
    )


def run(options: argparse.Namespace) -> list[Figure]:
    """Return what the first run, the second one and a look of the watch took."""
    with tempfile.TemporaryDirectory(prefix="mureum-bench-") as name:
        base = Path(name)
        size = write_notes(base / "files", options.files)
        first = in_own_process(_first_run, base)
        again = in_own_process(_second_run, base)
        look = in_own_process(_look, base)
        encoder, encoded = in_own_process(_encode, base, options.encoded)
    group = f"{options.files:,} Markdown files of {size / options.files:,.0f} bytes"
    return [
        *_memory_figures(f"{group}, with drawn vectors: memory of the ingestion", first),
        *_overhead_figures(first, encoder, encoded),
        *_again_figures(f"{group}, nothing changed", again, look),
    ]


def _first_run(base: Path) -> _Run:
    """Return what reading everything took; modules are loaded and models warm before that."""
    own: list[float] = []
    everything: list[float] = []
    done = count(1)

    def note(_: FileReport) -> None:
        if next(done) % _FILES_BETWEEN_LOOKS == 0:
            own.append(memory_megabytes("RssAnon"))
            everything.append(memory_megabytes())

    with _index(base) as index:
        index.analyzer.terms("물음")
        cost, report = _measured(lambda: run_ingest(index, _options(base), note))
    return _Run(cost, report.embedded, own, everything)


def _second_run(base: Path) -> _Cost:
    with _index(base) as index:
        return _measured(lambda: run_ingest(index, _options(base), lambda _: None))[0]


def _look(base: Path) -> _Cost:
    """Return what a look at all files takes once the watch has seen them."""
    now = 0.0
    with _index(base) as index:
        watcher = Watcher(index, _options(base), Timing(), lambda _: None, lambda: now)
        for _ in range(3):
            watcher.take(News())
            now += Timing().settle
        return _measured(lambda: watcher.take(News(missed=True)))[0]


def _encode(base: Path, chunks: int) -> tuple[_Cost, int]:
    """Return what the real encoder takes for about so many of the chunks, and how many."""
    embedder = BundledEmbedder(EmbedderOptions(load_settings(IndexSettings).cache_dir))
    embedder.encode(["물음"], TextKind.PASSAGE)
    texts = _some_texts(base, chunks)
    return _measured(lambda: embedder.encode(texts, TextKind.PASSAGE))[0], len(texts)


def _some_texts(base: Path, chunks: int) -> list[str]:
    options = ReadingOptions()
    parse = parse_here(options)
    texts: list[str] = []
    files = list(_options(base).files())
    random.Random(1).shuffle(files)  # noqa: S311 - nothing secret is drawn
    for file in files:
        document = to_document(read_content(file, options), frozenset(), options, parse)
        texts += [child.indexed_text for each in document.parents for child in each.children]
        if len(texts) >= chunks:
            break
    return texts


def _index(base: Path) -> EmbeddedIndex:
    return EmbeddedIndex(base / "index", DrawnVectors(_DIMENSION), KoreanEnglishAnalyzer())


def _options(base: Path) -> RunOptions:
    return RunOptions([base / "files"], base)


def _measured(work: Callable[[], Result]) -> tuple[_Cost, Result]:
    started, cpu_before = time.perf_counter(), cpu_seconds()
    result = work()
    return _Cost(time.perf_counter() - started, cpu_seconds() - cpu_before), result


def _memory_figures(group: str, first: _Run) -> list[Figure]:
    """Return what the ingestion held after the first thousand files, and how that grew."""
    own, everything = _settled(first.own_megabytes), _settled(first.all_megabytes)
    return [
        Figure(group, f"its own after {_SETTLED_AFTER:,} files", own[0], "MB"),
        Figure(group, "… half-way", own[len(own) // 2], "MB"),
        Figure(group, "… in the end", own[-1], "MB"),
        Figure(group, "… growth to the most", _growth(own), "%", at_most=_MOST_GROWTH_PERCENT),
        Figure(group, "with mapped files, in the end", everything[-1], "MB"),
        Figure(group, "… growth to the most", _growth(everything), "%"),
    ]


def _settled(megabytes: Sequence[float]) -> Sequence[float]:
    """Return the notes from the first thousand files on."""
    return megabytes[_SETTLED_AFTER // _FILES_BETWEEN_LOOKS - 1 :] or megabytes[-1:]


def _growth(megabytes: Sequence[float]) -> float:
    return 100 * (max(megabytes) / megabytes[0] - 1)


def _overhead_figures(first: _Run, encoder: _Cost, encoded: int) -> list[Figure]:
    """Return the CPU time of a chunk in both, which a busy machine does not spoil."""
    rest = 1e3 * first.cost.cpu_seconds / first.chunks
    bare = 1e3 * encoder.cpu_seconds / encoded
    group = f"CPU time of a chunk; the encoder on {encoded:,} of {first.chunks:,} chunks"
    return [
        Figure(group, "the bare encoder", bare, "ms"),
        Figure(group, "all the rest of the ingestion", rest, "ms"),
        Figure(group, "… of the encoder", 100 * rest / bare, "%", at_most=_MOST_OVERHEAD_PERCENT),
        Figure(group, "files a second without the encoder", _files_a_second(first), "files/s"),
    ]


def _files_a_second(first: _Run) -> float:
    return len(first.own_megabytes) * _FILES_BETWEEN_LOOKS / first.cost.seconds


def _again_figures(group: str, again: _Cost, look: _Cost) -> list[Figure]:
    return [
        Figure(group, "second run", again.seconds, "s", at_most=_MOST_SECONDS_AGAIN),
        Figure(group, "… CPU time", again.cpu_seconds, "s"),
        Figure(group, "a look of the watch", look.seconds, "s"),
        Figure(group, "… CPU time", look.cpu_seconds, "s"),
    ]
