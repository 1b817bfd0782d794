"""One file becomes one document ready for the index, or a reason why not."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from index.models import ChunkedDocument
from ingest.chunking import ChunkSizes, chunk, recipe
from ingest.discovery import FoundFile
from ingest.errors import FileTooLargeError, MalformedFileError
from ingest.loaders.registry import loader_for


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How files are read: sizes of chunks, the largest file, and loaders of the team's own."""

    sizes: ChunkSizes = field(default_factory=ChunkSizes)
    max_file_bytes: int = 200_000_000
    loaders: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileContent:
    """The bytes of a file with what identifies them; ``recipe`` says how they will be read."""

    file: FoundFile
    content: bytes
    content_hash: str
    recipe: str
    modified_at: datetime


def read_content(file: FoundFile, options: ReadingOptions) -> FileContent:
    """Return the file's bytes; raise a LoaderError when it cannot or should not be read."""
    loader = loader_for(file.path.name, options.loaders)
    try:
        size, modified = _measure(file.path)
        if size > options.max_file_bytes:
            raise FileTooLargeError(
                f"{file.source} has {size:,} bytes; the limit is {options.max_file_bytes:,}"
                " (MUREUM_INGEST_MAX_FILE_BYTES)."
            )
        with file.path.open("rb") as opened:
            content = opened.read(options.max_file_bytes + 1)
    except OSError as error:
        raise MalformedFileError(
            f"{file.source} cannot be read ({error.strerror}); check its permissions."
        ) from error
    return FileContent(
        file,
        content,
        hashlib.sha256(content).hexdigest(),
        f"{loader.version}+{recipe(options.sizes)}",
        modified,
    )


def to_document(
    read: FileContent, tags: frozenset[str], options: ReadingOptions
) -> ChunkedDocument:
    """Return the document cut into chunks; raise a LoaderError when the bytes make no sense."""
    name = read.file.path.name
    loaded = loader_for(name, options.loaders).load(read.content, name)
    return ChunkedDocument(
        source=read.file.source,
        title=loaded.title,
        media_type=loaded.media_type,
        content_hash=read.content_hash,
        recipe=read.recipe,
        parents=chunk(loaded, options.sizes),
        page_starts=loaded.page_starts,
        tags=tags,
        metadata=loaded.metadata,
        size_bytes=len(read.content),
        modified_at=read.modified_at,
    )


def _measure(path: Path) -> tuple[int, datetime]:
    stat = path.stat()
    return stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC)
