"""One file becomes one document ready for the index, or a reason why not."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from index.groups import PUBLIC, Groups
from index.models import ChunkedDocument
from ingest.chunking import ChunkSizes, chunk, recipe
from ingest.discovery import FoundFile
from ingest.document import LoadedDocument
from ingest.errors import FileTooLargeError, MalformedFileError
from ingest.isolation.limits import Isolation, can_isolate
from ingest.isolation.parsers import Parsers
from ingest.loaders.pdf_rendering import PagePicture, render_page
from ingest.loaders.registry import loader_for
from ingest.ocr.base import Recogniser
from ingest.ocr.parsing import ParseWithOcr, Render

Parse = Callable[[str, bytes], LoadedDocument]
"""Returns the document of a file with this name and these bytes, or raises a LoaderError."""


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How files are read: sizes of chunks, the largest file, and loaders of the team's own.

    Without ``isolation`` files are read in this process, one after the other; without ``ocr``
    pages that are pictures are not read.
    """

    sizes: ChunkSizes = field(default_factory=ChunkSizes)
    max_file_bytes: int = 200_000_000
    loaders: Mapping[str, str] = field(default_factory=dict)
    isolation: Isolation | None = field(default_factory=Isolation)
    ocr: Recogniser | None = None

    @property
    def workers(self) -> int:
        """Return how many threads may read at once; 0 where files are read in this process."""
        return self.isolation.workers if self.isolation and can_isolate() else 0


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
    loader_for(file.path.name, options.loaders)
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
    return identified(file, content, modified, options)


def identified(
    file: FoundFile, content: bytes, modified_at: datetime, options: ReadingOptions
) -> FileContent:
    """Return bytes that were had otherwise as a file's; raise a LoaderError for no loader."""
    return FileContent(
        file,
        content,
        hashlib.sha256(content).hexdigest(),
        recipe_of(file.path.name, options),
        modified_at,
    )


def recipe_of(name: str, options: ReadingOptions) -> str:
    """Return what says how a file of this name is read: it changes when that does.

    Raises a LoaderError when no loader reads it.
    """
    loader = loader_for(name, options.loaders)
    recognised = f"+{options.ocr.version}" if options.ocr and loader.holds_pictures else ""
    return f"{loader.version}+{recipe(options.sizes)}{recognised}"


@contextmanager
def open_parse(options: ReadingOptions) -> Iterator[Parse]:
    """Give what parses files: in processes of their own, or in this one where that must do."""
    if options.isolation is None or not can_isolate():
        yield _with_ocr(parse_here(options), _render_here, options)
        return
    with Parsers(options.loaders, options.isolation.limits) as parsers:
        yield _with_ocr(parsers.parse, parsers.render, options)


def _with_ocr(parse: Parse, render: Render, options: ReadingOptions) -> Parse:
    return ParseWithOcr(parse, render, options.ocr) if options.ocr else parse


def _render_here(name: str, content: bytes, page: int) -> PagePicture:
    return render_page(content, name, page)


def parse_here(options: ReadingOptions) -> Parse:
    """Return what parses files in this process, without limits: for files that are trusted."""

    def parse(name: str, content: bytes) -> LoadedDocument:
        return loader_for(name, options.loaders).load(content, name)

    return parse


def to_document(
    read: FileContent,
    tags: frozenset[str],
    options: ReadingOptions,
    parse: Parse,
    groups: Groups = PUBLIC,
) -> ChunkedDocument:
    """Return the document cut into chunks; raise a LoaderError when the bytes make no sense."""
    loaded = parse(read.file.path.name, read.content)
    return ChunkedDocument(
        source=read.file.source,
        title=loaded.title,
        media_type=loaded.media_type,
        content_hash=read.content_hash,
        recipe=read.recipe,
        parents=chunk(loaded, options.sizes),
        page_starts=loaded.page_starts,
        tags=tags,
        groups=groups,
        metadata=loaded.metadata,
        size_bytes=len(read.content),
        modified_at=read.modified_at,
    )


def _measure(path: Path) -> tuple[int, datetime]:
    stat = path.stat()
    return stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC)
