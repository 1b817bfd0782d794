"""Which chunks a filter lets through, and how a search is told about them.

Handing a long list of ids to a search costs more than the search. Where a filter lets many
through, the search brings more than is wanted instead, and those that may not be seen are left
out; only when too few remain is it asked again with the list.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedded.level import Level
from index.models import Candidate, Filters

Ids = NDArray[np.int64]
Key = tuple[int, Level, Filters]
"""What decides which chunks are allowed; the number is the store's revision."""

_MOST_IDS = 4_000_000
"""So many ids are remembered, in 32 MB: as many filters as there are sets of groups among keys."""

_SPARE = 2.0


def kept(candidates: Sequence[Candidate], allowed: Ids) -> list[Candidate]:
    """Return those of the candidates that are allowed; ``allowed`` is ascending."""
    ids = np.fromiter((c.chunk_id for c in candidates), dtype=np.int64, count=len(candidates))
    places = np.minimum(np.searchsorted(allowed, ids), len(allowed) - 1)
    found = (allowed[places] == ids).tolist()
    return [candidate for candidate, passes in zip(candidates, found, strict=True) if passes]


def widened(limit: int, allowed: Ids, total: int) -> int:
    """Return how many candidates of all should hold ``limit`` that are allowed."""
    return int(_SPARE * limit * total / len(allowed)) + 1


class AllowedChunks:
    """Remembers the ids that filters let through at one revision; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Key, Ids] = OrderedDict()

    def ids(self, key: Key, read: Callable[[], Sequence[int]]) -> Ids:
        """Return the allowed ids, ascending; ``read`` is called for those not known yet."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        found = np.sort(np.asarray(read(), dtype=np.int64))
        with self._lock:
            self._known.pop(key, None)
            while self._known and self._count + len(found) > _MOST_IDS:
                self._known.popitem(last=False)
            self._known[key] = found
        return found

    @property
    def _count(self) -> int:
        return sum(map(len, self._known.values()))
