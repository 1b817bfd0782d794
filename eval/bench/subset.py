"""Whether who may read little finds as much of it as in an index that holds nothing else."""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from app.pipeline.fuse import fuse
from app.pipeline.retrieve import retrieve
from app.pipeline.search import SearchOptions
from eval.bench.figures import Figure
from eval.bench.processes import in_own_process
from eval.bench.subset_indexes import (
    ONE_IN,
    Topics,
    build,
    open_subset,
    queries_near,
    vectors_in,
)
from eval.bench.synthetic import Query
from eval.bench.timing import Laps
from index.base import NO_FILTERS, SearchIndex, Snapshot
from index.models import Filters

_OPTIONS = SearchOptions()
_LAYOUTS = ("scattered", "topical")
_LIMIT = 100
_LEAST_RECALL = 0.999
_BEST = 10
_WARM_UP = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--chunks", type=int, default=100_000, metavar="N", help="(100000)")
    parser.add_argument("--queries", type=int, default=100, metavar="N", help="(100)")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="build here, or use what was built here before"
    )


def run(options: argparse.Namespace) -> list[Figure]:
    """Return recall, time, and the difference to an index of its own, of each share."""
    figures: list[Figure] = []
    with _folder(options.keep) as folder:
        whole = _built(folder / f"{options.chunks}-all", options.chunks, None)
        for few in ONE_IN:
            for layout in _LAYOUTS:
                group = f"{layout}-{few}"
                name = f"{100 / few:g} % of {options.chunks:,} chunks, {layout}"
                figures += in_own_process(_dense, whole, group, name, options.queries)
                if few == max(ONE_IN):
                    own = _built(folder / f"{options.chunks}-{group}", options.chunks, group)
                    figures += in_own_process(_ranked, whole, own, name, options.queries)
    return figures


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="mureum-bench-") as folder:
        yield Path(folder)


def _built(folder: Path, chunks: int, only: str | None) -> Path:
    if not (folder / "manifest.json").exists():
        in_own_process(build, folder, Topics(chunks), only)
    return folder


def _dense(folder: Path, group: str, name: str, count: int) -> list[Figure]:
    """Return recall and time of dense search by questions about the subset, and about anything.

    Recall compares with what exact search of the subset alone finds.
    """
    filters = Filters(groups=frozenset([group]))
    ids, vectors = vectors_in(folder, filters)
    figures = []
    with open_subset(folder) as index:
        for about, wanted in (("the subset", filters), ("anything", NO_FILTERS)):
            queries = queries_near(folder, wanted, count)
            laps = Laps()
            found = _searched(index, queries, filters, laps, "filtered")
            _searched(index, queries, NO_FILTERS, laps, "all")
            exact = _exact(ids, vectors, queries)
            figures += [
                Figure(
                    name,
                    f"recall@{at}, asked about {about}",
                    _recall(found, exact, at),
                    at_least=_LEAST_RECALL if group.endswith(f"-{max(ONE_IN)}") else None,
                )
                for at in (_BEST, _LIMIT)
            ]
            figures += _times(name, about, laps)
    return figures


def _times(name: str, about: str, laps: Laps) -> list[Figure]:
    filtered, unfiltered = (laps.milliseconds(each, 50) for each in ("filtered", "all"))
    return [
        Figure(name, f"dense search, p50, asked about {about}", filtered, "ms"),
        Figure(name, f"… as a multiple without a filter ({about})", filtered / unfiltered, "×"),
    ]


def _searched(
    index: SearchIndex, queries: Sequence[Query], filters: Filters, laps: Laps, name: str
) -> list[list[int]]:
    found = []
    for query in [*queries[:_WARM_UP], *queries]:
        with index.snapshot() as snapshot, laps.lap(name):
            hits = snapshot.search_dense(query.vector, _LIMIT, filters)
        found.append([hit.chunk_id for hit in hits])
    return found[len(queries[:_WARM_UP]) :]


def _exact(ids: Sequence[int], vectors: np.ndarray, queries: Sequence[Query]) -> list[list[int]]:
    scores = np.stack([query.vector for query in queries]) @ vectors.T
    best = np.argsort(-scores, axis=1, kind="stable")[:, :_LIMIT]
    return [[ids[at] for at in row] for row in best.tolist()]


def _recall(found: Sequence[Sequence[int]], exact: Sequence[Sequence[int]], at: int) -> float:
    pairs = [(set(a[:at]), set(b[:at])) for a, b in zip(found, exact, strict=True)]
    return float(np.mean([len(a & b) / len(b) for a, b in pairs]))


def _ranked(whole: Path, own: Path, name: str, count: int) -> list[Figure]:
    """Return how alike rankings are to those of an index that holds the subset alone.

    BM25 weighs words by how rare they are in the whole index, so they are not all the same.
    """
    filters = Filters(groups=frozenset([own.name.partition("-")[2]]))
    queries = queries_near(own, NO_FILTERS, count)
    with (
        open_subset(whole) as index,
        open_subset(own) as alone,
        index.snapshot() as one,
        alone.snapshot() as other,
    ):
        lexical = [(_lexical(one, q, filters), _lexical(other, q, NO_FILTERS)) for q in queries]
        hybrid = [(_hybrid(one, q, filters), _hybrid(other, q, NO_FILTERS)) for q in queries]
    return [
        figure
        for kind, pairs in (("BM25", lexical), ("both legs", hybrid))
        for figure in _alike(name, kind, pairs)
    ]


def _alike(name: str, kind: str, pairs: Sequence[tuple[list[int], list[int]]]) -> list[Figure]:
    common = [len(set(a[:_BEST]) & set(b[:_BEST])) / max(1, len(b[:_BEST])) for a, b in pairs]
    same = [a[:1] == b[:1] for a, b in pairs]
    return [
        Figure(name, f"{kind}: best {_BEST} in common with its own index", float(np.mean(common))),
        Figure(name, f"{kind}: the same one is best", float(np.mean(same))),
    ]


def _lexical(snapshot: Snapshot, query: Query, filters: Filters) -> list[int]:
    return [hit.chunk_id for hit in snapshot.search_lexical(query.text, _LIMIT, filters)]


def _hybrid(snapshot: Snapshot, query: Query, filters: Filters) -> list[int]:
    legs = retrieve(snapshot, query.text, query.vector, filters, _OPTIONS.candidates)
    return [hit.parent_id for hit in fuse(legs, _OPTIONS.dense_weight)]
