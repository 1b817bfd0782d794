"""Dense search by FAISS over one revision.

A view never changes: a large base, the few vectors added since, and the ids in the base that are
gone. Up to ``EXACT_LIMIT`` vectors the base is exact; above, it is an inverted file of 8-bit
vectors, of which a search visits ``_PROBES`` lists, and more when a filter leaves few to find.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.base import Vector
from index.embedded.allowed import Ids, kept, widened
from index.models import Candidate

_PROBES = 48
_LISTED_SHARE = 0.05

Vectors = NDArray[np.float32]
FaissIndex = Any
NO_IDS: Ids = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class DenseView:
    """What can be found at one revision; both FAISS indexes answer with child ids."""

    revision: int
    dimension: int
    base: FaissIndex
    recent: FaissIndex
    gone: Ids

    def search(self, vector: Vector, limit: int, allowed: Ids | None) -> list[Candidate]:
        """Return the best children by inner product, best first, among those allowed."""
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, self.dimension)
        hits = [
            *self._search_base(query, limit, allowed),
            *_search(self.recent, query, limit, self._in_recent(allowed)),
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.chunk_id))
        return hits[:limit]

    def child_ids(self) -> Ids:
        """Return the id of every child that can be found, in no order."""
        base = ids_of(self.base)
        return np.concatenate([base[~np.isin(base, self.gone)], ids_of(self.recent)])

    def _search_base(self, query: Vector, limit: int, allowed: Ids | None) -> Sequence[Candidate]:
        """Return the best of the base; a list of many ids costs more than to find more."""
        if allowed is not None and len(allowed) > _LISTED_SHARE * self.base.ntotal:
            enough = widened(limit, allowed, self.base.ntotal)
            unlisted = replace(self._in_base(None), size=len(allowed))
            best = kept(_search(self.base, query, enough, unlisted), allowed)
            if len(best) >= limit:
                return best[:limit]
        return _search(self.base, query, limit, self._in_base(allowed))

    def _in_recent(self, allowed: Ids | None) -> "_Selection":
        if allowed is None or not self.recent.ntotal:
            return _Selection(None, None)
        return _Selection.of(np.intersect1d(ids_of(self.recent), allowed))

    def _in_base(self, allowed: Ids | None) -> "_Selection":
        if not len(self.gone):
            return _Selection.of(allowed)
        if allowed is not None:
            return _Selection.of(np.setdiff1d(allowed, self.gone))
        return _Selection(faiss.IDSelectorNot(faiss.IDSelectorBatch(self.gone)), None)


@dataclass(frozen=True, slots=True)
class _Selection:
    """Which ids a search may return, and how many they are; None stands for all."""

    selector: Any
    size: int | None

    @staticmethod
    def of(allowed: Ids | None) -> "_Selection":
        if allowed is None:
            return _Selection(None, None)
        return _Selection(faiss.IDSelectorBatch(allowed), len(allowed))


def flat_index(dimension: int, ids: Ids = NO_IDS, vectors: Vectors | None = None) -> FaissIndex:
    """Return an exact index of these vectors (len(ids), dimension)."""
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
    if vectors is not None and len(ids):
        index.add_with_ids(vectors, ids)
    return index


def is_approximate(index: FaissIndex) -> bool:
    """Return whether a search of this index may miss near vectors."""
    return isinstance(index, faiss.IndexIVF)


def ids_of(index: FaissIndex) -> Ids:
    """Return all ids that an index of ours holds."""
    if not is_approximate(index):
        return np.asarray(faiss.vector_to_array(index.id_map), dtype=np.int64)
    lists = index.invlists
    parts = [
        faiss.rev_swig_ptr(lists.get_ids(number), lists.list_size(number)).copy()
        for number in range(index.nlist)
        if lists.list_size(number)
    ]
    return np.concatenate(parts) if parts else NO_IDS


def vectors_of(index: FaissIndex) -> Vectors:
    """Return the vectors of an exact index, in the order of its ids."""
    inner = faiss.downcast_index(index.index)
    return np.asarray(inner.reconstruct_n(0, index.ntotal), dtype=np.float32).reshape(-1, index.d)


def _search(
    index: FaissIndex, query: Vector, limit: int, selection: _Selection
) -> Sequence[Candidate]:
    if index.ntotal == 0 or selection.size == 0 or limit < 1:
        return []
    scores, ids = index.search(
        query, min(limit, index.ntotal), params=_parameters(index, selection)
    )
    return [
        Candidate(int(child_id), float(score))
        for child_id, score in zip(ids[0], scores[0], strict=True)
        if child_id >= 0
    ]


def _parameters(index: FaissIndex, selection: _Selection) -> Any:  # noqa: ANN401 SWIG object
    if not is_approximate(index):
        exact: Any = faiss.SearchParameters
        return exact(sel=selection.selector)
    share = 1.0 if selection.size is None else min(1.0, selection.size / index.ntotal)
    inverted: Any = faiss.SearchParametersIVF
    return inverted(
        sel=selection.selector, nprobe=min(index.nlist, int(_PROBES / max(share, 1e-9)))
    )
