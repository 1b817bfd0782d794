"""BM25 of parents by tantivy: follows the store, and can be made again at any time.

One marker document carries the revision that the last commit reached, so that the revision and
the postings become visible together or not at all. Ranking is Lucene's BM25, k1 = 1.2, b = .75.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy

from index.analyzer import Analyzer
from index.embedded.allowed import Ids, kept, widened
from index.embedded.following import Changes, read_changes
from index.embedded.level import Level
from index.errors import IndexDamagedError, StorageFullError
from index.models import Candidate

FOLDER_NAME = "lexical"
META_NAME = "meta.json"
_HEAP_BYTES = 64_000_000
_PARENTS_AT_ONCE = 250
_LISTED_IDS = 2_000


class LexicalSearcher:
    """One committed state of the BM25 index; safe to use from several threads."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher
        self.revision = self._read_revision()

    def search(self, terms: Iterable[str], limit: int, allowed: Ids | None) -> list[Candidate]:
        """Return the best parents for any of the terms, best first, among those allowed.

        A term that occurs twice in the question counts twice.
        """
        wanted = [(tantivy.Occur.Should, self._term(term)) for term in terms]
        if not wanted or limit < 1 or (allowed is not None and not len(allowed)):
            return []
        query = tantivy.Query.boolean_query(wanted)
        if allowed is None:
            return self._best(query, limit)
        if len(allowed) > _LISTED_IDS:
            enough = widened(limit, allowed, self.count())
            best = self._best(query, enough)
            passing = kept(best, allowed)
            if len(passing) >= limit or len(best) < enough:
                return passing[:limit]
        inside = tantivy.Query.term_set_query(self._schema, "parent", allowed.tolist())
        return self._best(query.and_must_match(tantivy.Query.const_score_query(inside, 0.0)), limit)

    def count(self) -> int:
        """Return how many parents can be found."""
        return self._searcher.num_docs - 1

    def parent_ids(self) -> Iterator[int]:
        """Yield the id of every parent that can be found."""
        everything = self._searcher.search(
            tantivy.Query.all_query(), limit=self._searcher.num_docs, count=False
        )
        addresses = [address for _, address in everything.hits]
        for parent_id in self._searcher.fast_field_values("parent", addresses):
            if parent_id is not None:
                yield int(parent_id)

    def _best(self, query: tantivy.Query, limit: int) -> list[Candidate]:
        hits = self._searcher.search(query, limit=limit, count=False).hits
        ids = self._searcher.fast_field_values("parent", [address for _, address in hits])
        return [
            Candidate(int(parent_id), float(score))
            for (score, _), parent_id in zip(hits, ids, strict=True)
            if parent_id is not None
        ]

    def _term(self, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, "terms", term, index_option="freq")

    def _read_revision(self) -> int:
        marker = tantivy.Query.term_query(self._schema, "marker", 1)
        hits = self._searcher.search(marker, limit=1, count=False).hits
        if not hits:
            return -1
        values = self._searcher.fast_field_values("revision", [hits[0][1]])
        return int(values[0] or 0)


class LexicalFollower:
    """The BM25 index on disk, for reading and, by the one writer, for catching up."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self._folder = folder
        self._schema = _schema()
        if create:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        with _translated(folder):
            self._index = tantivy.Index(self._schema, path=str(folder), reuse=True)
            self._index.reload()

    def searcher(self) -> LexicalSearcher:
        """Return the newest committed state."""
        with _translated(self._folder):
            self._index.reload()
            return LexicalSearcher(self._schema, self._index.searcher())

    def files(self) -> list[str]:
        """Return the names of the files that the last commit consists of."""
        return live_files(self._folder)

    def catch_up(self, connection: sqlite3.Connection, analyzer: Analyzer) -> int:
        """Commit all that the store holds beyond this index; return the revision reached."""
        with _translated(self._folder):
            changes = read_changes(connection, self.searcher().revision)
            if changes.revision == changes.since:
                return changes.revision
            writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
            try:
                # What a crash left before its commit has names that this commit may want.
                writer.garbage_collect_files()
                self._apply(writer, connection, analyzer, changes)
                writer.commit()
            except BaseException:
                writer.rollback()
                raise
            finally:
                writer.wait_merging_threads()  # this also releases tantivy's own lock
            return changes.revision

    def _apply(
        self,
        writer: tantivy.IndexWriter,
        connection: sqlite3.Connection,
        analyzer: Analyzer,
        changes: Changes,
    ) -> None:
        if changes.from_scratch:
            writer.delete_all_documents()
        outdated = tantivy.Query.term_set_query(
            self._schema, "parent", changes.forgotten(connection, Level.PARENT)
        )
        writer.delete_documents_by_query(outdated)
        for some in changes.added_parents(connection, _PARENTS_AT_ONCE):
            all_terms = analyzer.terms_of([text for _, text in some])
            for (parent_id, _), terms in zip(some, all_terms, strict=True):
                writer.add_document(self._document(parent=parent_id, terms=" ".join(terms)))
        writer.delete_documents_by_query(tantivy.Query.term_query(self._schema, "marker", 1))
        writer.add_document(self._document(marker=1, revision=changes.revision))

    def _document(self, **values: int | str) -> tantivy.Document:
        return tantivy.Document.from_dict(values, self._schema)


def live_files(folder: Path) -> list[str]:
    """Return the names of the files that the last commit consists of."""
    segments = live_segments(folder)
    return sorted([*(p.name for p in folder.iterdir() if is_live(p.name, segments)), META_NAME])


def live_segments(folder: Path) -> dict[str, str]:
    """Return the last commit's segments by tantivy's own record, each with its deletions' file."""
    try:
        meta: dict[str, Any] = json.loads((folder / META_NAME).read_text(encoding="utf-8"))
        found = {str(e["segment_id"]).replace("-", ""): e["deletes"] for e in meta["segments"]}
        return {
            name: f"{name}.{gone['opstamp']}.del" if gone else "" for name, gone in found.items()
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(f"{folder} cannot be read ({error}).") from error


def is_live(name: str, segments: Mapping[str, str]) -> bool:
    """Return whether a file of this name belongs to these segments as they are now."""
    segment = name.split(".", maxsplit=1)[0]
    return segment in segments and (not name.endswith(".del") or name == segments[segment])


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("parent", stored=False, indexed=True, fast=True)
    builder.add_unsigned_field("marker", stored=False, indexed=True, fast=True)
    builder.add_unsigned_field("revision", stored=False, indexed=False, fast=True)
    builder.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """Turn tantivy's errors into ours; it raises ValueError and OSError for everything."""
    try:
        yield
    except (ValueError, OSError) as error:
        if "No space left" in str(error) or "StorageFull" in str(error):
            raise StorageFullError(
                f"{folder} cannot be written: the disk is full. Free some space and ingest"
                " again; what was stored is unharmed."
            ) from error
        raise IndexDamagedError(
            f"{folder} is damaged ({error}). Make it again with: python -m ingest doctor --repair"
        ) from error
