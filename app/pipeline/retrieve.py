"""Step 2: both legs of the search, and what is stored under the hits, on one snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.pipeline.fuse import Hit
from index.base import Snapshot
from index.models import Candidate, Filters, Passage


@dataclass(frozen=True, slots=True)
class Legs:
    """What words (BM25) and meaning (cosine) found, each best first, and each child's parent."""

    lexical: Sequence[Candidate]
    dense: Sequence[Candidate]
    parents: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A stored child with the scores that brought it here."""

    hit: Hit
    passage: Passage


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first, and the cosines of all that the dense leg brought."""

    passages: Sequence[FoundPassage]
    cosines: Sequence[float]


def retrieve(
    snapshot: Snapshot, query: str, vector: NDArray[np.float32], filters: Filters, limit: int
) -> Legs:
    """Return the best ``limit`` children of each leg among those that pass the filters."""
    lexical = snapshot.search_lexical(query, limit, filters)
    dense = snapshot.search_dense(vector, limit, filters)
    found = {candidate.child_id for candidate in (*lexical, *dense)}
    return Legs(lexical, dense, snapshot.parents(list(found)))


def join(snapshot: Snapshot, hits: Sequence[Hit]) -> list[FoundPassage]:
    """Return the hits that the store still holds, in their order, with their text."""
    passages: Mapping[int, Passage] = snapshot.passages([hit.child_id for hit in hits])
    return [FoundPassage(hit, passages[hit.child_id]) for hit in hits if hit.child_id in passages]
