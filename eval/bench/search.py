"""How long a search takes without the encoder, beside rank_bm25 and exact FAISS."""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eval.bench.building import build
from eval.bench.figures import Figure
from eval.bench.processes import in_own_process
from eval.bench.rivals import exact_neighbours, measure_rivals
from eval.bench.serving import Served, serve
from eval.bench.synthetic import Collection, GivenVectors
from index.analyzer import WhitespaceAnalyzer

_SLOWEST_MILLISECONDS = 5.0
_SLOWDOWN_AT_A_MILLION = 5.0
_MOST_MEGABYTES = 2_000.0
_RECALL_AT = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--chunks", type=int, action="append", metavar="N", help="(100000)")
    parser.add_argument("--queries", type=int, default=300, metavar="N", help="(300)")
    parser.add_argument(
        "--rivals-up-to",
        type=int,
        default=100_000,
        metavar="N",
        help="measure rank_bm25 and exact FAISS up to so many chunks (100000)",
    )
    parser.add_argument(
        "--stop-words",
        type=int,
        default=30,
        metavar="N",
        help="leave out the N commonest words, as the analyzer does (30)",
    )
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="build here, or use what was built here before"
    )


def run(options: argparse.Namespace) -> list[Figure]:
    """Return the figures of every size, smallest first."""
    figures: list[Figure] = []
    first: Served | None = None
    for chunks in sorted(options.chunks or [100_000]):
        collection = Collection(chunks, options.stop_words)
        with _folder(options.keep, chunks) as folder:
            if not (folder / "manifest.json").exists():
                in_own_process(_build, folder, collection)
            served = in_own_process(serve, folder, collection, options.queries)
            recall = _recall(folder, served)
        group = f"{chunks:,} chunks"
        figures += _ours(group, served, recall)
        if chunks <= options.rivals_up_to:
            figures += in_own_process(measure_rivals, group, collection)
        if first is None:
            first = served
        else:
            figures.append(_growth(group, first, served))
    return figures


@contextmanager
def _folder(keep: Path | None, chunks: int) -> Iterator[Path]:
    if keep is not None:
        yield keep / str(chunks)
        return
    with tempfile.TemporaryDirectory(prefix="mureum-bench-") as folder:
        yield Path(folder)


def _build(folder: Path, collection: Collection) -> None:
    build(folder, collection, GivenVectors(), WhitespaceAnalyzer())


def _ours(group: str, served: Served, recall: float) -> list[Figure]:
    figures = []
    for name, (p50, p99, cpu) in served.steps.items():
        target = (
            _SLOWEST_MILLISECONDS if name == "all steps" and group == "100,000 chunks" else None
        )
        figures += [
            Figure(group, f"{name}, p50", p50, "ms", at_most=target),
            Figure(group, f"{name}, p99", p99, "ms"),
            Figure(group, f"{name}, p50 of CPU time", cpu, "ms"),
        ]
    return [
        *figures,
        Figure(group, f"dense recall@{_RECALL_AT} against exact search", recall),
        Figure(group, "memory: index and searches", served.index_megabytes, "MB"),
        Figure(
            group,
            "memory: with encoder and Korean analyser",
            served.all_megabytes,
            "MB",
            at_most=_MOST_MEGABYTES,
        ),
    ]


def _recall(folder: Path, served: Served) -> float:
    vectors, found = served.dense_vectors, served.dense_ids
    exact = exact_neighbours(folder, vectors, _RECALL_AT)
    shares = [len(set(a[:_RECALL_AT]) & set(b)) for a, b in zip(found, exact, strict=True)]
    return sum(shares) / (_RECALL_AT * len(shares))


def _growth(group: str, first: Served, served: Served) -> Figure:
    ratio = served.steps["all steps"][0] / first.steps["all steps"][0]
    return Figure(
        group, "p50 as a multiple of the smallest size", ratio, "×", at_most=_SLOWDOWN_AT_A_MILLION
    )
