"""What it costs to read each file in a process of its own, beside reading it in this one."""

import argparse
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from eval.bench.figures import Figure
from eval.bench.passages import read_passages, write_passages
from eval.bench.processes import cpu_seconds, memory_megabytes
from eval.bench.timing import Laps
from ingest.ahead import in_order
from ingest.discovery import FoundFile, find_files
from ingest.reading import Parse, ReadingOptions, open_parse, parse_here, read_content, to_document

_MOST_MILLISECONDS = 10.0
_MOST_GROWTH_MEGABYTES = 50.0
_OWN, _HERE = "own", "here"


@dataclass(frozen=True, slots=True)
class _Flow:
    """What reading many files ahead took; the CPU time is that of all processes."""

    seconds: float
    cpu_seconds: float
    megabytes_early: float
    megabytes_late: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a corpus.jsonl, a folder with one, or a folder of .txt files",
    )
    parser.add_argument(
        "--files", type=int, default=20_000, metavar="N", help="passages come again (20000)"
    )
    parser.add_argument(
        "--alone", type=int, default=1_000, metavar="N", help="files timed one by one (1000)"
    )


def run(options: argparse.Namespace) -> list[Figure]:
    """Return milliseconds a file, files a second when reading ahead, and what stays in memory."""
    passages = read_passages(options.paths, options.files)
    reading = ReadingOptions()
    with tempfile.TemporaryDirectory(prefix="mureum-bench-") as name:
        folder = Path(name) / "files"
        several = islice(cycle(passages), options.files)
        headed = [f"# {number}\n\n{passage}\n" for number, passage in enumerate(several)]
        write_passages(headed, folder, suffix=".md")
        files = list(find_files([folder], Path(name)))
        laps = _one_by_one(files[: options.alone], reading)
        flow = _ahead(files, reading)
    group = f"{len(files):,} Markdown files of {_mean_bytes(headed):,.0f} bytes"
    return [*_alone_figures(group, laps), *_flow_figures(group, flow, len(files), reading.workers)]


def _one_by_one(files: Sequence[FoundFile], reading: ReadingOptions) -> Laps:
    """Measure both ways, which take turns file by file."""
    laps = Laps()
    with open_parse(reading) as own:
        _parse(own, files[0], reading)
        for file in files:
            for name, parse in ((_OWN, own), (_HERE, parse_here(reading))):
                with laps.lap(name):
                    _parse(parse, file, reading)
    return laps


def _parse(parse: Parse, file: FoundFile, reading: ReadingOptions) -> None:
    to_document(read_content(file, reading), frozenset(), reading, parse)


def _ahead(files: Sequence[FoundFile], reading: ReadingOptions) -> _Flow:
    started, cpu_before = time.perf_counter(), cpu_seconds()
    early = 0.0
    with open_parse(reading) as parse:

        def work(file: FoundFile) -> None:
            _parse(parse, file, reading)

        with closing(in_order(work, files, lambda _: 0, reading.workers)) as results:
            for number, _ in enumerate(results):
                if number == len(files) // 10:
                    early = memory_megabytes()
        late = memory_megabytes()
    return _Flow(time.perf_counter() - started, cpu_seconds() - cpu_before, early, late)


def _alone_figures(group: str, laps: Laps) -> list[Figure]:
    group = f"{group}, one after the other, with their chunks"
    median = laps.milliseconds(_OWN, 50)
    return [
        Figure(group, "in a process of its own, median", median, "ms", at_most=_MOST_MILLISECONDS),
        Figure(group, "… in nineteen of twenty", laps.milliseconds(_OWN, 95), "ms"),
        Figure(group, "in this process, median", laps.milliseconds(_HERE, 50), "ms"),
        Figure(group, "… in nineteen of twenty", laps.milliseconds(_HERE, 95), "ms"),
    ]


def _flow_figures(group: str, flow: _Flow, files: int, workers: int) -> list[Figure]:
    group = f"{group}, {workers} read at once"
    growth = flow.megabytes_late - flow.megabytes_early
    return [
        Figure(group, "files a second", files / flow.seconds, "files/s"),
        Figure(group, "CPU time of a file", 1e3 * flow.cpu_seconds / files, "ms"),
        Figure(group, "memory that grows", growth, "MB", at_most=_MOST_GROWTH_MEGABYTES),
    ]


def _mean_bytes(texts: Sequence[str]) -> float:
    return sum(len(text.encode()) for text in texts) / len(texts)
