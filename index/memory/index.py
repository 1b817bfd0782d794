"""The index itself: hands out snapshots of its state and the one writer."""

import threading

from index.analyzer import Analyzer
from index.base import SearchIndex
from index.embedder.base import Embedder
from index.errors import IndexLockedError
from index.memory.snapshot import InMemorySnapshot
from index.memory.state import State
from index.memory.writer import InMemoryWriter
from index.models import Failure, Finding, Fingerprint, IndexStatus, SimilarGroup
from index.similarity import groups_of


class InMemoryIndex(SearchIndex):
    """Exact and slow: every search looks at everything."""

    def __init__(self, embedder: Embedder, analyzer: Analyzer) -> None:
        self.embedder = embedder
        self.analyzer = analyzer
        self._state = State()
        self._writing = threading.Lock()

    def snapshot(self) -> InMemorySnapshot:
        """Return the published state."""
        return InMemorySnapshot(self._state, self.analyzer)

    def writer(self, *, rebuild: bool = False) -> InMemoryWriter:
        """Return the writer; there is nothing to rebuild."""
        del rebuild
        if not self._writing.acquire(blocking=False):
            raise IndexLockedError("Another writer is open. Close it first.")
        return InMemoryWriter(self._state, self, self._publish, self._writing.release)

    def status(self) -> IndexStatus:
        """Return counts; the followers are never late."""
        state = self._state
        return IndexStatus(
            revision=state.revision,
            lexical_revision=state.revision,
            dense_revision=state.revision,
            documents=len(state.documents),
            parents=len(state.parents),
            children=len(state.children),
            size_bytes=0,
            embedder=self.embedder.name,
            analyzer=self.analyzer.name,
            dimension=self.embedder.dimension,
        )

    def fingerprints(self) -> dict[str, Fingerprint]:
        """Return what was last read of every document."""
        return dict(self._state.fingerprints)

    def fingerprint(self, source: str) -> Fingerprint | None:
        """Return what was last read of one source."""
        return self._state.fingerprints.get(source)

    def failures(self) -> list[Failure]:
        """Return the files that failed."""
        return [self._state.failures[source] for source in sorted(self._state.failures)]

    def similar_groups(self) -> list[SimilarGroup]:
        """Return the documents that are nearly the same as another."""
        return groups_of(self._state.profiles.values())

    def examine(self) -> list[Finding]:
        """Return that there is nothing that could be broken."""
        return [Finding("memory", problem=False, message="nothing is kept on disk")]

    def close(self) -> None:
        """Keep the state: an index in memory can be read on."""

    def _publish(self, state: State) -> None:
        self._state = state
