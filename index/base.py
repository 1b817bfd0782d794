"""The contract of every search index: embedded, in memory, or a cluster somewhere else.

No step of ingest or app may assume that the index is a local file. Reading goes through a
snapshot, which sees one revision from its first call to its last; writing goes through the one
writer, whose work readers see after ``publish``.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.analyzer import Analyzer
from index.embedder.base import Embedder
from index.models import (
    Candidate,
    Change,
    ChunkedDocument,
    DocumentPage,
    DocumentRecord,
    Failure,
    Filters,
    Finding,
    Fingerprint,
    IndexStatus,
    Passage,
    SimilarDocument,
    SimilarGroup,
)

Vector = NDArray[np.float32]
NO_FILTERS = Filters()


class Closable(ABC):
    """Something that is closed at the end of a ``with`` block."""

    @abstractmethod
    def close(self) -> None:
        """Release what is held; closing twice is allowed."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Snapshot(Closable):
    """One revision of the index, to be used by one thread at a time and closed soon.

    What the filters of a call do not let through does not exist for it.
    """

    @property
    @abstractmethod
    def revision(self) -> int:
        """Return the store's revision that every answer of this snapshot belongs to."""

    @abstractmethod
    def search_lexical(
        self, query: str, limit: int, filters: Filters = NO_FILTERS
    ) -> list[Candidate]:
        """Return the best parents by BM25, best first; the filters apply before the cut.

        Words of one question are often spread over a section: a parent is found as a whole.
        """

    @abstractmethod
    def search_dense(
        self, vector: Vector, limit: int, filters: Filters = NO_FILTERS
    ) -> list[Candidate]:
        """Return the best children by cosine with a unit vector (dimension,), best first."""

    @abstractmethod
    def parents(self, child_ids: Sequence[int]) -> dict[int, int]:
        """Return the id of each child's parent; a child that was deleted is absent."""

    @abstractmethod
    def nearest_children(self, parent_ids: Sequence[int], vector: Vector) -> dict[int, Candidate]:
        """Return, by parent, its child with the best cosine; a deleted parent is absent."""

    @abstractmethod
    def passages(
        self, child_ids: Sequence[int], filters: Filters = NO_FILTERS
    ) -> dict[int, Passage]:
        """Return what is stored under these children's ids; a deleted one is absent."""

    @abstractmethod
    def document(self, document_id: str, filters: Filters = NO_FILTERS) -> DocumentRecord:
        """Return one document; raise DocumentNotFoundError when there is none."""

    @abstractmethod
    def documents(
        self, *, limit: int, offset: int = 0, filters: Filters = NO_FILTERS
    ) -> DocumentPage:
        """Return documents in the order of their sources."""

    @abstractmethod
    def originals(
        self, documents: Sequence[DocumentRecord], filters: Filters = NO_FILTERS
    ) -> dict[str, str]:
        """Return, by document id, the source of the likely original of each copy among these.

        Copies have the same bytes; the one with the shortest source is taken for the original.
        """

    @abstractmethod
    def similar(self, document_id: str, filters: Filters = NO_FILTERS) -> list[SimilarDocument]:
        """Return the documents that are nearly the same as this one, copies first.

        Raises DocumentNotFoundError when there is no such document.
        """

    @abstractmethod
    def text(
        self,
        document_id: str,
        start: int = 0,
        end: int | None = None,
        filters: Filters = NO_FILTERS,
    ) -> str:
        """Return the normalised text in ``[start:end]``, cut to what there is.

        Raises DocumentNotFoundError when there is no such document.
        """


class Writer(Closable):
    """The one writer. Each document is stored as a whole or not at all."""

    @abstractmethod
    def put(self, documents: Sequence[ChunkedDocument]) -> list[Change]:
        """Store documents, each replacing what its source held; return what changed, in order.

        Only children whose text is nowhere in the index are embedded, all in one batch. Hand
        over several documents at a time: short batches waste the encoder.
        """

    @abstractmethod
    def regroup(self, groups: Mapping[str, frozenset[str]]) -> int:
        """Let stored documents, by source, carry other groups; return how many there were.

        Nothing else of them changes, and nothing is embedded.
        """

    @abstractmethod
    def delete(self, sources: Iterable[str]) -> int:
        """Remove these documents and return how many there were."""

    @abstractmethod
    def record_failures(self, failures: Sequence[Failure]) -> None:
        """Remember files that failed; storing or deleting a source forgets its failure."""

    @abstractmethod
    def publish(self) -> int:
        """Let readers see all that was stored, and return the revision they will see."""

    @abstractmethod
    def close(self) -> None:
        """Publish nothing more and let another writer in; closing twice is allowed."""


class SearchIndex(Closable):
    """A place where chunks are stored and found again."""

    embedder: Embedder
    """What makes the vectors; a query has to be encoded by the same."""

    analyzer: Analyzer
    """What makes the terms of lexical search."""

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """Return the newest published revision, without waiting for a writer."""

    @abstractmethod
    def writer(self, *, rebuild: bool = False) -> Writer:
        """Return the writer; raise IndexLockedError when another one is open.

        With ``rebuild`` all that can be derived from the stored text is made again first; this
        also converts an index that was made with another embedder.
        """

    @abstractmethod
    def status(self) -> IndexStatus:
        """Return counts and revisions."""

    @abstractmethod
    def fingerprints(self) -> Mapping[str, Fingerprint]:
        """Return, by source, what was last read of every stored document."""

    @abstractmethod
    def fingerprint(self, source: str) -> Fingerprint | None:
        """Return what was last read of one source; None where it is not stored."""

    @abstractmethod
    def failures(self) -> list[Failure]:
        """Return the files that failed, in the order of their sources."""

    @abstractmethod
    def similar_groups(self) -> list[SimilarGroup]:
        """Return the documents that are nearly the same as another, the largest group first."""

    @abstractmethod
    def examine(self) -> list[Finding]:
        """Return what a full check of the index found; raise nothing for a damaged one."""
