"""What pdfium finds in a file: lines with their font sizes, pictures, bookmarks."""

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from ingest.errors import EncryptedFileError, MalformedFileError
from ingest.loaders.pdf_visibility import height_of, hidden_in

_PDFIUM_LOCK = threading.Lock()
"""pdfium is not thread safe, so one thread of the process uses it at a time."""

_SAMPLES = (0.25, 0.5, 0.75)
_MOST_BOOKMARKS = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line as pdfium gives it, trailing space included; ``size`` is the font's, in points.

    ``height`` is the share of the page that lies above it.
    """

    text: str
    size: float
    height: float = 0.5


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
            lines = tuple(_lines(page))
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


def _lines(page: Any) -> Iterator[Line]:  # noqa: ANN401 - pypdfium2 has no types
    """Yield the lines in pdfium's order, which follows the columns of most pages.

    Text that nobody sees is left out.
    """
    with closing(page.get_textpage()) as text_page:
        found = list(_line_places(text_page))
        ends = (place for start, text in found for place in (start, start + len(text) - 1))
        is_hidden = hidden_in(page, text_page, (_character(text_page, end) for end in ends))
        for start, text in found:
            shown = _shown(text_page, start, text, is_hidden) if is_hidden else text
            if shown.strip():
                size = _size(text_page, start, len(text.rstrip()))
                yield Line(shown, size, height_of(page, text_page, _character(text_page, start)))


def _line_places(text_page: Any) -> Iterator[tuple[int, str]]:  # noqa: ANN401 - pypdfium2 has no types
    start = 0
    for text in text_page.get_text_range().split("\n"):
        if text.strip():
            yield start, text.rstrip("\r")
        start += len(text) + 1


def _shown(text_page: Any, start: int, text: str, is_hidden: Callable[[int], bool]) -> str:  # noqa: ANN401 - pypdfium2 has no types
    return "".join(
        sign
        for place, sign in enumerate(text, start)
        if sign.isspace() or not is_hidden(_character(text_page, place))
    )


def _character(text_page: Any, position: int) -> int:  # noqa: ANN401 - pypdfium2 has no types
    """Return the number of the character at this place of the page's text."""
    import pypdfium2.raw as pdfium

    return int(pdfium.FPDFText_GetCharIndexFromTextIndex(text_page, position))


def _size(text_page: Any, start: int, length: int) -> float:  # noqa: ANN401 - pypdfium2 has no types
    """Return the middle one of three characters' sizes, so that a raised number changes nothing."""
    import pypdfium2.raw as pdfium

    sizes = []
    for place in _SAMPLES:
        character = _character(text_page, start + int(place * length))
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(text_page, character, matrix)
        font_size = pdfium.FPDFText_GetFontSize(text_page, character)
        sizes.append(font_size * math.hypot(matrix.c, matrix.d))
    return float(median(sizes))


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
