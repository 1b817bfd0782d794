"""Searches an index as the service does, step by step, in a process of its own."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.pipeline.fuse import Legs, fuse
from app.pipeline.retrieve import join, retrieve
from app.pipeline.search import SearchOptions
from eval.bench.building import open_synthetic
from eval.bench.processes import memory_megabytes
from eval.bench.synthetic import COMMON_TAG, RARE_TAG, Collection, Query
from eval.bench.timing import Laps
from index.base import NO_FILTERS, SearchIndex
from index.embedder.base import TextKind
from index.models import Filters
from index.opening import open_index
from index.settings import IndexSettings, load_settings

_OPTIONS = SearchOptions()
_WARM_UP = 20
_THREADS = 4
_FILTERS = {
    "all steps, 1 % of the documents": Filters(tags=frozenset([RARE_TAG])),
    "all steps, 50 % of the documents": Filters(tags=frozenset([COMMON_TAG])),
}
_FILTERED_QUERIES = 30


@dataclass(frozen=True, slots=True)
class Served:
    """Milliseconds of each step (p50, p99, p50 of CPU time), dense hits by query, memory."""

    steps: dict[str, tuple[float, float, float]]
    dense_vectors: NDArray[np.float32]
    dense_ids: list[list[int]]
    index_megabytes: float
    all_megabytes: float


def serve(folder: Path, collection: Collection, count: int) -> Served:
    """Return what ``count`` searches took; memory is read after searches on several threads."""
    queries = collection.queries(count)
    laps = Laps()
    with open_synthetic(folder) as index:
        with laps.lap("opening"):
            index.snapshot().close()
        _warm_up(index, queries)
        found = [_steps(index, query, laps) for query in queries]
        for name, filters in _FILTERS.items():
            for query in queries[:_FILTERED_QUERIES]:
                with laps.lap(name):
                    _search(index, query, filters)
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(lambda query: _search(index, query, NO_FILTERS), queries))
        index_megabytes = memory_megabytes()
        all_megabytes = _with_models()
    return Served(
        steps={
            name: (
                laps.milliseconds(name, 50),
                laps.milliseconds(name, 99),
                laps.cpu_milliseconds(name, 50),
            )
            for name in laps.names()
        },
        dense_vectors=np.stack([query.vector for query in queries]),
        dense_ids=found,
        index_megabytes=index_megabytes,
        all_megabytes=all_megabytes,
    )


def _warm_up(index: SearchIndex, queries: Sequence[Query]) -> None:
    for query in queries[:_WARM_UP]:
        _search(index, query, NO_FILTERS)


def _steps(index: SearchIndex, query: Query, laps: Laps) -> list[int]:
    """Return the ids that the dense leg found."""
    with laps.lap("all steps"), index.snapshot() as snapshot:
        with laps.lap("lexical"):
            lexical = snapshot.search_lexical(query.text, _OPTIONS.candidates)
        with laps.lap("dense"):
            dense = snapshot.search_dense(query.vector, _OPTIONS.candidates)
        with laps.lap("parents"):
            parents = snapshot.parents([candidate.chunk_id for candidate in dense])
        with laps.lap("fusion"):
            hits = fuse(Legs(lexical, dense, parents), _OPTIONS.dense_weight, _OPTIONS.reranked)
        with laps.lap("store join"):
            join(snapshot, hits, query.vector, NO_FILTERS)
    return [candidate.chunk_id for candidate in dense]


def _search(index: SearchIndex, query: Query, filters: Filters) -> None:
    with index.snapshot() as snapshot:
        legs = retrieve(snapshot, query.text, query.vector, filters, _OPTIONS.candidates)
        hits = fuse(legs, _OPTIONS.dense_weight, _OPTIONS.reranked)
        join(snapshot, hits, query.vector, filters)


def _with_models() -> float:
    """Return the memory of this process once it has used the models that a service needs."""
    with open_index(load_settings(IndexSettings)) as configured:
        configured.embedder.encode(["물음"], TextKind.QUERY)
        configured.analyzer.terms("물음")
        return memory_megabytes()
