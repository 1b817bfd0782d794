"""``GET /documents`` and what lies below it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field, model_validator

from app.api.schemas.common import Request, Tag
from index.models import DocumentRecord, Filters, SimilarDocument
from index.uploads.models import Upload

MOST_CHARACTERS = 200_000
MOST_SIMILAR = 100


class DocumentsQuery(Request):
    """Which documents to list."""

    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=10**9)
    source: str | None = Field(
        default=None, max_length=1_000, description="What the source must start with."
    )
    tag: list[Tag] = Field(
        default=[], max_length=50, description="A tag to carry; may be repeated."
    )

    def to_filters(self) -> Filters:
        """Return the filters that the index understands."""
        return Filters(source=self.source, tags=frozenset(self.tag))


class TextQuery(Request):
    """Which characters of a text to return: ``[start:end]``, at most 200,000 at a time."""

    start: int = Field(default=0, ge=0, le=10**12)
    end: int | None = Field(default=None, ge=0, description="As far as possible when left out.")

    @property
    def last(self) -> int:
        """Where the characters end."""
        return self.start + MOST_CHARACTERS if self.end is None else self.end

    @model_validator(mode="after")
    def _check_length(self) -> Self:
        if not 0 <= self.last - self.start <= MOST_CHARACTERS:
            raise ValueError(f"end must lie 0 to {MOST_CHARACTERS:,} characters after start")
        return self


class DocumentResponse(BaseModel):
    """A document without its text; ``length`` counts characters.

    ``upload`` tells that it was handed over, ``names`` what its file was called when it was.
    """

    document_id: str
    source: str
    title: str
    media_type: str
    content_hash: str
    length: int
    pages: int | None
    tags: list[str]
    groups: list[str] = Field(description="Who may read it; everybody where there is none.")
    metadata: Mapping[str, str]
    size_bytes: int
    modified_at: datetime | None
    ingested_at: datetime
    parents: int
    children: int
    upload: bool
    names: list[str]
    duplicate_of: str | None = Field(
        default=None, description="Source of the likely original, if the bytes are the same."
    )

    @classmethod
    def of(cls, record: DocumentRecord, upload: Upload | None, original: str | None) -> Self:
        """Return what is shown of a stored document; ``original`` is what it is a copy of."""
        return cls(
            document_id=record.document_id,
            source=record.source,
            title=record.title,
            media_type=record.media_type,
            content_hash=record.content_hash,
            length=record.length,
            pages=len(record.page_starts) or None,
            tags=sorted(record.tags),
            groups=sorted(record.groups),
            metadata=record.metadata,
            size_bytes=record.size_bytes,
            modified_at=record.modified_at,
            ingested_at=record.ingested_at,
            parents=record.parents,
            children=record.children,
            upload=upload is not None,
            names=list(upload.names) if upload else [],
            duplicate_of=original,
        )


class SimilarResponse(BaseModel):
    """A document that says nearly the same as another."""

    document_id: str
    source: str
    similarity: float = Field(description="Share of the text that both have in common, estimated.")
    copied: bool = Field(description="Whether the bytes are the same.")

    @classmethod
    def of(cls, similar: SimilarDocument) -> Self:
        """Return what is shown of a similar document."""
        return cls(
            document_id=similar.document_id,
            source=similar.source,
            similarity=round(similar.similarity, 2),
            copied=similar.copied,
        )


class OneDocumentResponse(DocumentResponse):
    """A document without its text, and the others that say nearly the same."""

    similar_documents: list[SimilarResponse] = Field(
        default=[], max_length=MOST_SIMILAR, description="The most similar first."
    )


class DocumentsResponse(BaseModel):
    """One page of a listing in the order of sources, and the length of the whole listing."""

    documents: list[DocumentResponse]
    total: int


class TextResponse(BaseModel):
    """The document's ``[start:end]``; ``length`` counts the characters of the whole text."""

    document_id: str
    start: int
    end: int
    length: int
    text: str
