"""What pdfium finds in a file: pages of lines, pictures, bookmarks, properties."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from ingest.errors import EncryptedFileError, MalformedFileError
from ingest.loaders.pdf_model import Line
from ingest.loaders.pdf_page import read_page

_PDFIUM_LOCK = threading.Lock()
"""pdfium is not thread safe, so one thread of the process uses it at a time."""

_MOST_BOOKMARKS = 5_000


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline; ``level`` counts from 1, ``page`` from 0."""

    title: str
    level: int
    page: int


@dataclass(frozen=True, slots=True)
class PdfContent:
    """A whole file, free of pdfium's own objects."""

    pages: tuple[tuple[Line, ...], ...]
    bookmarks: tuple[Bookmark, ...]
    has_pictures: bool
    title: str
    author: str


def read_pdf(content: bytes, name: str) -> PdfContent:
    """Return the text layer of a PDF; raise EncryptedFileError or MalformedFileError."""
    with opened_pdf(content, name) as document:
        return _read(document)


@contextmanager
def opened_pdf(content: bytes, name: str) -> Iterator[Any]:
    """Give pdfium's document to one thread at a time; raise as ``read_pdf`` does."""
    import pypdfium2

    with _PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise _opening_error(error, name) from error
        with closing(document):
            yield document


def _opening_error(error: Any, name: str) -> EncryptedFileError | MalformedFileError:  # noqa: ANN401
    import pypdfium2.raw as pdfium

    if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
        return EncryptedFileError(f"{name} needs a password: save a copy without one.")
    return MalformedFileError(f"{name} is a damaged PDF ({error}): export it again.")


def _read(document: Any) -> PdfContent:  # noqa: ANN401 - pypdfium2 has no types
    pages: list[tuple[Line, ...]] = []
    pictures = False
    for number in range(len(document)):
        with closing(document[number]) as page:
            lines = read_page(page)
            pages.append(lines)
            pictures = pictures or (not lines and _has_picture(page))
    properties = document.get_metadata_dict()
    return PdfContent(
        pages=tuple(pages),
        bookmarks=tuple(_bookmarks(document)),
        has_pictures=pictures,
        title=properties.get("Title", ""),
        author=properties.get("Author", ""),
    )


def _has_picture(page: Any) -> bool:  # noqa: ANN401 - pypdfium2 has no types
    import pypdfium2.raw as pdfium

    return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]))


def _bookmarks(document: Any) -> Iterator[Bookmark]:  # noqa: ANN401 - pypdfium2 has no types
    for count, bookmark in enumerate(document.get_toc()):
        if count == _MOST_BOOKMARKS:
            return
        destination = bookmark.get_dest()
        page = destination.get_index() if destination else None
        if page is not None:
            yield Bookmark(bookmark.get_title(), bookmark.level + 1, page)
