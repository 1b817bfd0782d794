"""The index is opened when it is first needed, so that the service lives before it is ingested."""

from collections.abc import Callable
from threading import Lock

from app.errors import NotReadyError
from index.base import SearchIndex
from index.embedder.base import TextKind
from index.errors import IndexMissingError
from index.models import IndexStatus


class IndexOpener:
    """Holds the open index; one that could not be opened is tried again at the next call."""

    def __init__(self, open_index: Callable[[], SearchIndex]) -> None:
        self._open_index = open_index
        self._lock = Lock()
        self._index: SearchIndex | None = None

    @property
    def opened(self) -> SearchIndex | None:
        """Return the index if it is open; nothing is opened or waited for."""
        return self._index

    def index(self, *, wait: bool = True) -> SearchIndex:
        """Return the index with its models warm; raise SearchIndexError when there is none.

        Without ``wait``, raise NotReadyError while another thread is opening it.
        """
        if self._index is not None:
            return self._index
        if not self._lock.acquire(blocking=wait):
            raise NotReadyError("The index and its models are being loaded; try again soon.")
        try:
            if self._index is None:
                self._index = _warm(self._open_index())
            return self._index
        finally:
            self._lock.release()

    def status(self, *, wait: bool = True) -> IndexStatus:
        """Return what the index holds: nothing, while nothing has been ingested.

        A service with an empty index is ready, or the first file could never be handed over.
        """
        index = self.index(wait=wait)
        try:
            return index.status()
        except IndexMissingError:
            return _nothing(index)

    def close(self) -> None:
        """Close the index if it was opened; closing twice is allowed."""
        with self._lock:
            if self._index is not None:
                self._index.close()
            self._index = None


def _nothing(index: SearchIndex) -> IndexStatus:
    return IndexStatus(
        revision=0,
        lexical_revision=0,
        dense_revision=0,
        documents=0,
        parents=0,
        children=0,
        size_bytes=0,
        embedder=index.embedder.name,
        analyzer=index.analyzer.name,
        dimension=index.embedder.dimension,
    )


def _warm(index: SearchIndex) -> SearchIndex:
    """Return the index after its models were used once: they load at first use."""
    index.embedder.encode(["물음"], TextKind.QUERY)
    index.analyzer.terms("물음")
    return index
