"""What stands behind the results of a leg, for tests that read it."""

from collections.abc import Sequence

from index.base import Snapshot, Vector
from index.models import Candidate, Passage


def passages_of(snapshot: Snapshot, found: Sequence[Candidate], vector: Vector) -> list[Passage]:
    """Return the children found; for a parent found, its child nearest to the vector.

    What the store holds no longer is left out.
    """
    ids = [hit.chunk_id for hit in found]
    nearest = snapshot.nearest_children(ids, vector)
    children = [nearest[i].chunk_id if i in nearest else i for i in ids]
    stored = snapshot.passages(children)
    return [stored[child] for child in children if child in stored]
