"""How fast files become searchable, beside the bare encoder on the same chunks."""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.bench.figures import Figure
from eval.bench.passages import read_passages, write_passages
from eval.bench.processes import cpu_seconds
from eval.bench.timed_index import (
    ANALYZER,
    ENCODER,
    PUBLISH,
    PUT,
    TimedAnalyzer,
    TimedEmbedder,
    TimedIndex,
)
from eval.bench.timing import Laps
from index.analyzer import KoreanEnglishAnalyzer
from index.embedder.base import TextKind
from index.embedder.bundled.embedder import BundledEmbedder
from index.embedder.bundled.unpack import unpack_bundled_model
from index.embedder.model_loading import load_model
from index.embedder.options import EmbedderOptions
from index.settings import IndexSettings, load_settings
from ingest.discovery import find_files
from ingest.reading import ReadingOptions, parse_here, read_content, to_document
from ingest.run import RunOptions
from ingest.run import ingest as run_ingest

_LEAST_RATIO = 0.80
_WHOLE, _BARE = "ingest", "bare encoder"


@dataclass(frozen=True, slots=True)
class _Bench:
    """The two that are compared; both models are the same files in the same arithmetic.

    ``cpu_seconds`` are those of all processes: on a busy machine they say more than the time.
    """

    index: TimedIndex
    encode: Callable[[Sequence[str]], Any]
    base: Path
    laps: Laps
    cpu_seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a corpus.jsonl, a folder with one, or a folder of .txt files",
    )
    parser.add_argument("--passages", type=int, default=2000, metavar="N", help="(2000)")
    parser.add_argument("--suffix", default=".txt", help="of the files that are made (.txt)")
    parser.add_argument(
        "--rounds", type=int, default=4, metavar="N", help="parts that take turns (4)"
    )


def run(options: argparse.Namespace) -> list[Figure]:
    """Return chunks a second of both, their ratio, and where the rest of the time went."""
    passages = read_passages(options.paths, options.passages)
    with tempfile.TemporaryDirectory(prefix="mureum-bench-") as name:
        base = Path(name)
        bench = _prepare(base)
        chunks = 0
        with bench.index:
            for number in range(options.rounds):
                folder = base / f"part-{number}"
                write_passages(passages[number :: options.rounds], folder, options.suffix)
                chunks += _one_part(bench, folder, bare_first=number % 2 == 1)
    return _figures(bench, chunks)


def _prepare(base: Path) -> _Bench:
    laps = Laps()
    options = EmbedderOptions(load_settings(IndexSettings).cache_dir)
    embedder = BundledEmbedder(options)
    analyzer = KoreanEnglishAnalyzer()
    analyzer.terms("물음")
    index = TimedIndex(base / "index", TimedEmbedder(embedder, laps), TimedAnalyzer(analyzer, laps))
    index.laps = laps
    loaded = load_model(str(unpack_bundled_model(options.cache_dir)), options)

    def encode(texts: Sequence[str]) -> Any:  # noqa: ANN401
        return loaded.model.encode(
            texts,
            prompt=loaded.prompts[TextKind.PASSAGE],
            normalize_embeddings=True,
        )

    encode(["물음"])
    return _Bench(index, encode, base, laps)


def _one_part(bench: _Bench, folder: Path, *, bare_first: bool) -> int:
    """Measure both on one folder and return how many chunks it has."""
    texts = _chunk_texts(folder, bench.base)

    def bare() -> None:
        bench.encode(texts)

    def whole() -> None:
        run_ingest(bench.index, RunOptions([folder], bench.base), lambda _: None)

    both = ((_BARE, bare), (_WHOLE, whole))
    for name, measured in both if bare_first else reversed(both):
        before = cpu_seconds()
        with bench.laps.lap(name):
            measured()
        bench.cpu_seconds[name] += cpu_seconds() - before
    return len(texts)


def _chunk_texts(folder: Path, base: Path) -> list[str]:
    options = ReadingOptions()
    parse = parse_here(options)
    return [
        child.indexed_text
        for file in find_files([folder], base)
        for parent in to_document(read_content(file, options), frozenset(), options, parse).parents
        for child in parent.children
    ]


def _figures(bench: _Bench, chunks: int) -> list[Figure]:
    laps = bench.laps
    whole, bare = laps.total(_WHOLE), laps.total(_BARE)
    encoder, analyzer = laps.total(ENCODER), laps.total(ANALYZER)
    put, publish = laps.total(PUT), laps.total(PUBLISH)
    shares = {
        "the encoder, in the batches of the ingest": encoder,
        "the store (SQLite)": put - encoder,
        "the analyzer": analyzer,
        "BM25, vectors and checksums": publish - analyzer,
        "reading, chunking and the rest": whole - put - publish,
    }
    group = f"ingest of {chunks:,} chunks"
    return [
        Figure(group, "bare encoder", chunks / bare, "chunks/s"),
        Figure(group, "ingest", chunks / whole, "chunks/s"),
        Figure(group, "ingest / bare encoder", bare / whole, at_least=_LEAST_RATIO),
        Figure(group, "… by CPU time", bench.cpu_seconds[_BARE] / bench.cpu_seconds[_WHOLE]),
        *(Figure(group, f"share of {n}", 100 * s / whole, "%") for n, s in shares.items()),
    ]
