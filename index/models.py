"""What passes between ingest, index and app: frozen records, offsets in characters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ChildChunk:
    """The piece that is embedded: ``text`` is the document's ``[start:end]``, nothing more or less.

    ``indexed_text`` is what the embedder reads: title and heading path, then the text.
    """

    start: int
    end: int
    text: str
    indexed_text: str

    @property
    def context(self) -> str:
        """Return what stands before the text in the indexed text."""
        return self.indexed_text.removesuffix(self.text.strip())


@dataclass(frozen=True, slots=True)
class ParentChunk:
    """The piece that is read: its children tile ``[start:end]`` without gap or overlap."""

    start: int
    end: int
    heading: tuple[str, ...]
    children: tuple[ChildChunk, ...]

    @property
    def text(self) -> str:
        """Return the document's ``[start:end]``."""
        return "".join(child.text for child in self.children)

    @property
    def indexed_text(self) -> str:
        """Return what is analysed: what stands before the first child, then the whole text."""
        return self.children[0].context + self.text.strip()


@dataclass(frozen=True, slots=True)
class ChunkedDocument:
    """One document ready to be indexed: its parents tile the whole normalised text.

    ``content_hash`` is the SHA-256 of the file's bytes, ``recipe`` names the loader and chunker
    versions; when both are as stored, the document need not be read again. ``page_starts[i]`` is
    the offset at which page ``i + 1`` begins; empty where the format has no pages. Whoever is in
    none of the ``groups`` may not read it; without groups everybody may.
    """

    source: str
    title: str
    media_type: str
    content_hash: str
    recipe: str
    parents: tuple[ParentChunk, ...]
    page_starts: tuple[int, ...] = ()
    tags: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    metadata: Mapping[str, str] = field(default_factory=dict)
    size_bytes: int = 0
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What was last read from a source, to skip it when nothing changed."""

    content_hash: str
    recipe: str
    tags: frozenset[str]
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """What putting one document did, counted in children; ``embedded`` ran through the model."""

    document_id: str
    added: int
    kept: int
    removed: int
    embedded: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be ingested: ``reason`` is one word, ``message`` says what to do.

    ``attempt`` names the bytes and the recipe that failed, for with the same ones it fails again;
    it is empty when the bytes could not be had.
    """

    source: str
    reason: str
    message: str
    attempt: str
    failed_at: datetime


@dataclass(frozen=True, slots=True)
class Filters:
    """Restricts a search to some documents; an unset field does not restrict.

    A document passes when its source starts with ``source``, its id is in ``document_ids``, it
    carries every one of ``tags``, and it carries no groups or at least one of ``groups``: without
    any group, documents without groups are all that passes.
    """

    source: str | None = None
    document_ids: frozenset[str] | None = None
    tags: frozenset[str] = frozenset()
    groups: frozenset[str] | None = None

    def __bool__(self) -> bool:
        return bool(self.tags) or any(
            part is not None for part in (self.source, self.document_ids, self.groups)
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """One result of one leg: higher scores are better, and only comparable within the leg.

    The id is a parent's where words were searched, a child's where meaning was.
    """

    chunk_id: int
    score: float


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A stored document without its text; ``length`` counts characters."""

    document_id: str
    source: str
    title: str
    media_type: str
    content_hash: str
    length: int
    page_starts: tuple[int, ...]
    tags: frozenset[str]
    groups: frozenset[str]
    metadata: Mapping[str, str]
    size_bytes: int
    modified_at: datetime | None
    ingested_at: datetime
    parents: int
    children: int

    def page_at(self, offset: int) -> int | None:
        """Return the page, counted from 1, that holds this character; None without pages."""
        pages = sum(1 for start in self.page_starts if start <= offset)
        return pages or None


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page of a listing, with the number of documents in the whole listing."""

    documents: tuple[DocumentRecord, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SimilarDocument:
    """A document that is nearly the same as another; ``copied`` tells that its bytes are the same.

    ``similarity`` is the share of five-letter runs that both have in common, estimated.
    """

    document_id: str
    source: str
    similarity: float
    copied: bool


@dataclass(frozen=True, slots=True)
class SimilarGroup:
    """Documents that are nearly the same as ``source``: with the same bytes, and without."""

    source: str
    copies: tuple[str, ...]
    similar: tuple[str, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Return all but the one that the group is named after."""
        return self.copies + self.similar


@dataclass(frozen=True, slots=True)
class Passage:
    """A found child with the parent around it, as stored at the snapshot's revision."""

    child_id: int
    parent_id: int
    document: DocumentRecord
    start: int
    end: int
    text: str
    parent_start: int
    parent_end: int
    parent_text: str
    heading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """Counts and revisions; followers whose revision is lower than the store's are catching up."""

    revision: int
    lexical_revision: int
    dense_revision: int
    documents: int
    parents: int
    children: int
    size_bytes: int
    embedder: str
    analyzer: str
    dimension: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the examination found; ``problem`` is False for plain facts."""

    check: str
    problem: bool
    message: str
