"""The one writer of the embedded index: the store first, then the followers."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from index.base import Writer
from index.embedded import writing
from index.embedded.database import transaction, translated
from index.embedded.encoding import encoded
from index.embedded.followers import Followers
from index.embedded.groups import regroup_document
from index.embedded.heap import give_back_freed_memory
from index.embedded.signatures import put_signature
from index.embedded.store import FILE_NAME, next_revision
from index.embedder.base import Embedder, TextKind
from index.identity import text_hash_of
from index.models import Change, ChunkedDocument, Failure
from index.similarity import profile_of


class EmbeddedWriter(Writer):
    """Commits what one call hands over as one revision; followers learn of it in publish."""

    def __init__(
        self,
        folder: Path,
        connection: sqlite3.Connection,
        followers: Followers,
        embedder: Embedder,
        release: Callable[[], None],
    ) -> None:
        self._path = folder / FILE_NAME
        self._connection = connection
        self._followers = followers
        self._embedder = embedder
        self._release = release
        self._closed = False

    def put(self, documents: Sequence[ChunkedDocument]) -> list[Change]:
        """Store documents in one transaction: waiting for the disk once a document is slow."""
        if not documents:
            return []
        with translated(self._path):
            vectors, fresh = self._vectors(documents)
        profiles = [profile_of(document) for document in documents]
        changes = []
        with next_revision(self._connection, self._path) as revision:
            for document, profile in zip(documents, profiles, strict=True):
                change = writing.put_document(self._connection, document, vectors, revision)
                put_signature(self._connection, profile)
                hashes = {text_hash_of(c) for parent in document.parents for c in parent.children}
                changes.append(replace(change, embedded=len(hashes & fresh)))
                fresh -= hashes
        return changes

    def regroup(self, groups: Mapping[str, frozenset[str]]) -> int:
        """Let documents carry other groups, in one transaction; the next snapshot knows."""
        if not groups:
            return 0
        with next_revision(self._connection, self._path):
            return sum(
                regroup_document(self._connection, source, wanted)
                for source, wanted in groups.items()
            )

    def delete(self, sources: Iterable[str]) -> int:
        """Remove documents in one transaction."""
        gone = list(sources)
        if not gone:
            return 0
        with next_revision(self._connection, self._path) as revision:
            return sum(
                writing.delete_document(self._connection, source, revision) for source in gone
            )

    def record_failures(self, failures: Sequence[Failure]) -> None:
        """Remember files that failed."""
        with transaction(self._connection, self._path):
            for failure in failures:
                writing.put_failure(self._connection, failure)

    def publish(self) -> int:
        """Let the followers catch up."""
        with translated(self._path):
            revision = self._followers.publish(self._connection)
        give_back_freed_memory()
        return revision

    def close(self) -> None:
        """Close the store and release the lock."""
        if not self._closed:
            self._closed = True
            self._connection.close()
            self._release()

    def _vectors(
        self, documents: Sequence[ChunkedDocument]
    ) -> tuple[dict[bytes, bytes], set[bytes]]:
        """Return encoded vectors of all children by text hash, and the hashes that are new."""
        texts = {
            text_hash_of(child): child.indexed_text
            for document in documents
            for parent in document.parents
            for child in parent.children
        }
        vectors = writing.stored_vectors(self._connection, list(texts))
        fresh = [text_hash for text_hash in texts if text_hash not in vectors]
        made = self._embedder.encode([texts[text_hash] for text_hash in fresh], TextKind.PASSAGE)
        for text_hash, vector in zip(fresh, made, strict=True):
            vectors[text_hash] = encoded(vector)
        return vectors, set(fresh)
