"""Which children a filter lets through, and how a search is told about them.

Handing a long list of ids to a search costs more than the search. Where a filter lets many
through, the search brings more than is wanted instead, and those that may not be seen are left
out; only when too few remain is it asked again with the list.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.models import Candidate, Filters

Ids = NDArray[np.int64]

_REMEMBERED = 8
_SPARE = 2.0


def kept(candidates: Sequence[Candidate], allowed: Ids) -> list[Candidate]:
    """Return those of the candidates that are allowed; ``allowed`` is ascending."""
    ids = np.fromiter((c.child_id for c in candidates), dtype=np.int64, count=len(candidates))
    places = np.minimum(np.searchsorted(allowed, ids), len(allowed) - 1)
    found = (allowed[places] == ids).tolist()
    return [candidate for candidate, passes in zip(candidates, found, strict=True) if passes]


def widened(limit: int, allowed: Ids, total: int) -> int:
    """Return how many candidates of all should hold ``limit`` that are allowed."""
    return int(_SPARE * limit * total / len(allowed)) + 1


class AllowedChildren:
    """Remembers the ids that a few filters let through at one revision; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[int, Filters], Ids] = OrderedDict()

    def ids(self, revision: int, filters: Filters, read: Callable[[], Sequence[int]]) -> Ids:
        """Return the allowed ids, ascending; ``read`` is called for those not known yet."""
        with self._lock:
            if (revision, filters) in self._known:
                self._known.move_to_end((revision, filters))
                return self._known[revision, filters]
        found = np.sort(np.asarray(read(), dtype=np.int64))
        with self._lock:
            self._known[revision, filters] = found
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found
