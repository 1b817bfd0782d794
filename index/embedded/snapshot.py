"""One revision, as readers see it: a read transaction on the store and the followers' views."""

import sqlite3
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from index.analyzer import Analyzer
from index.base import NO_FILTERS, Snapshot, Vector
from index.embedded import reading, signatures
from index.embedded.allowed import AllowedChunks, Ids
from index.embedded.database import translated
from index.embedded.dense import DenseView, is_approximate
from index.embedded.groups import is_all_public
from index.embedded.level import Level
from index.embedded.lexical import LexicalSearcher
from index.embedded.passages import read_passages
from index.embedded.rescoring import enough_for, rescored
from index.embedded.store import read_revision
from index.models import (
    Candidate,
    DocumentPage,
    DocumentRecord,
    Filters,
    Passage,
    SimilarDocument,
)

_LONGEST_TEXT = 1 << 62


class EmbeddedSnapshot(Snapshot):
    """Searches ask the followers; what they find is joined with the store before it is shown."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        views: tuple[LexicalSearcher, DenseView, AllowedChunks],
        analyzer: Analyzer,
        release: Callable[[sqlite3.Connection], None],
    ) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = connection
        self._lexical, self._dense, self._allowed = views
        self._analyzer = analyzer
        self._release = release

    @cached_property
    def revision(self) -> int:
        """Return the store's revision."""
        with translated(self._path):
            return read_revision(self._open())

    @property
    def followed(self) -> tuple[int, int]:
        """Return the revisions that BM25 and dense search have reached."""
        return self._lexical.revision, self._dense.revision

    def search_lexical(
        self, query: str, limit: int, filters: Filters = NO_FILTERS
    ) -> list[Candidate]:
        """Return the best parents by BM25."""
        allowed = self._chunks(Level.PARENT, filters)
        return self._lexical.search(self._analyzer.terms(query), limit, allowed)

    def search_dense(
        self, vector: Vector, limit: int, filters: Filters = NO_FILTERS
    ) -> list[Candidate]:
        """Return the best children by cosine; of a part of the index the best without a loss."""
        allowed = self._chunks(Level.CHILD, filters)
        if allowed is None or not is_approximate(self._dense.base):
            return self._dense.search(vector, limit, allowed)
        near = self._dense.search(vector, enough_for(limit), allowed)
        with translated(self._path):
            return rescored(self._open(), near, vector)[: max(0, limit)]

    def parents(self, child_ids: Sequence[int]) -> dict[int, int]:
        """Return the id of each child's parent."""
        with translated(self._path):
            return reading.read_parents(self._open(), child_ids)

    def nearest_children(self, parent_ids: Sequence[int], vector: Vector) -> dict[int, Candidate]:
        """Return, by parent, its child with the best cosine."""
        with translated(self._path):
            return reading.read_nearest_children(self._open(), parent_ids, vector)

    def passages(
        self, child_ids: Sequence[int], filters: Filters = NO_FILTERS
    ) -> dict[int, Passage]:
        """Return what is stored under these ids."""
        with translated(self._path):
            return read_passages(self._open(), child_ids, filters)

    def document(self, document_id: str, filters: Filters = NO_FILTERS) -> DocumentRecord:
        """Return one document."""
        with translated(self._path):
            return reading.read_document(self._open(), document_id, filters)

    def documents(
        self, *, limit: int, offset: int = 0, filters: Filters = NO_FILTERS
    ) -> DocumentPage:
        """Return documents in the order of their sources."""
        with translated(self._path):
            return reading.read_documents(self._open(), filters, limit, offset)

    def originals(
        self, documents: Sequence[DocumentRecord], filters: Filters = NO_FILTERS
    ) -> dict[str, str]:
        """Return the sources that copies among these documents were likely copied from."""
        with translated(self._path):
            return signatures.read_originals(self._open(), documents, filters)

    def similar(self, document_id: str, filters: Filters = NO_FILTERS) -> list[SimilarDocument]:
        """Return the documents that are nearly the same as this one."""
        with translated(self._path):
            return signatures.read_similar(self._open(), document_id, filters)

    def text(
        self,
        document_id: str,
        start: int = 0,
        end: int | None = None,
        filters: Filters = NO_FILTERS,
    ) -> str:
        """Return the normalised text in ``[start:end]``."""
        with translated(self._path):
            reading.read_document(self._open(), document_id, filters)
            last = _LONGEST_TEXT if end is None else end
            return reading.read_text(self._open(), document_id, max(0, start), last)

    def close(self) -> None:
        """End the read transaction and give the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.execute("ROLLBACK")
            self._release(connection)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise RuntimeError("This snapshot is closed; take a new one.")
        return self._connection

    def _chunks(self, level: Level, filters: Filters) -> Ids | None:
        if not filters:
            return None
        with translated(self._path):
            connection = self._open()
            if filters == Filters(groups=filters.groups) and is_all_public(connection):
                return None
            return self._allowed.ids(
                (self.revision, level, filters),
                lambda: reading.read_allowed(connection, level, filters),
            )
