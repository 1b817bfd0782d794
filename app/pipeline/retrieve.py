"""Step 2: both legs of the search, and what is stored under the hits, on one snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.pipeline.fuse import Hit, Legs
from index.base import Snapshot
from index.models import Filters, Passage


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A stored child with the scores that brought its parent here.

    ``twins`` are passages found elsewhere whose parents say the same; they are not shown again.
    """

    hit: Hit
    passage: Passage
    twins: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first, and the cosines of all that the dense leg brought.

    ``vector`` is the question's own; ``imagined`` are the passages that HyDE searched with, and
    ``queries`` the variants of the question. ``ranking`` has all hits where they are needed.
    """

    passages: Sequence[FoundPassage]
    cosines: Sequence[float]
    vector: NDArray[np.float32]
    imagined: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    ranking: Sequence[Hit] = ()


def retrieve(
    snapshot: Snapshot, query: str, vector: NDArray[np.float32], filters: Filters, limit: int
) -> Legs:
    """Return the best ``limit`` chunks of each leg among those that pass the filters."""
    lexical = snapshot.search_lexical(query, limit, filters)
    dense = snapshot.search_dense(vector, limit, filters)
    return Legs(lexical, dense, snapshot.parents([candidate.chunk_id for candidate in dense]))


def join(
    snapshot: Snapshot, hits: Sequence[Hit], vector: NDArray[np.float32], filters: Filters
) -> list[FoundPassage]:
    """Return the hits that the store still holds, in their order, with their text.

    Of a parent that only words found, the child nearest to the question's vector is shown. Hits
    may be of an older snapshot, so it is asked again whether their documents may be read.
    """
    children = {hit.parent_id: hit.child_id for hit in hits if hit.child_id is not None}
    unseen = [hit.parent_id for hit in hits if hit.child_id is None]
    nearest = snapshot.nearest_children(unseen, vector) if unseen else {}
    children.update((parent, candidate.chunk_id) for parent, candidate in nearest.items())
    passages = snapshot.passages(list(children.values()), Filters(groups=filters.groups))
    return [
        FoundPassage(hit, passages[children[hit.parent_id]])
        for hit in hits
        if children.get(hit.parent_id) in passages
    ]
