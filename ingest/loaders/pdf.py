"""PDF: the text layer page by page, with tables, and headings where they can be told."""

from collections.abc import Sequence

from ingest.document import Heading
from ingest.errors import EmptyFileError, ImageOnlyError, MalformedFileError
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.pdf_headings import find_headings
from ingest.loaders.pdf_layout import lay_out
from ingest.loaders.pdf_reading import PdfContent, read_pdf
from ingest.loaders.pdf_running import without_running_lines
from ingest.loaders.titles import meaningful_title

_MAGIC = b"%PDF"
_MAGIC_BYTES = 1_024


class PdfLoader(Loader):
    """Reads the text that a PDF carries; scanned pages need a text layer first."""

    name = "pdf"
    revision = 3
    media_type = "application/pdf"
    holds_pictures = True

    def _load(self, content: bytes, name: str) -> RawDocument:
        if _MAGIC not in content[:_MAGIC_BYTES]:
            raise MalformedFileError(f"{name} is not a PDF: its first bytes lack the PDF mark.")
        pdf = read_pdf(content, name)
        if not any(pdf.pages):
            raise _no_text_error(pdf, name)
        pages = without_running_lines(pdf.pages)
        layout = lay_out(pages if any(pages) else pdf.pages)
        headings = find_headings(layout, pdf.bookmarks)
        return RawDocument(
            text=layout.text,
            title=meaningful_title(pdf.title) or _first_of_highest(headings),
            headings=headings,
            page_starts=layout.page_starts,
            metadata={"author": pdf.author, "pages_without_text": _pages_without_text(pdf)},
        )


def _no_text_error(pdf: PdfContent, name: str) -> ImageOnlyError | EmptyFileError:
    if pdf.has_pictures:
        return ImageOnlyError(
            f"{name} holds pictures of pages and no text: let text recognition (OCR) read them"
            " (MUREUM_INGEST_OCR=true)."
        )
    return EmptyFileError(f"{name} holds no text: remove it.")


def _first_of_highest(headings: Sequence[Heading]) -> str:
    return min(headings, key=lambda heading: heading.level).text if headings else ""


def _pages_without_text(pdf: PdfContent) -> str:
    """Return the numbers of the empty pages, such as "3, 7"; nothing when all have text."""
    return ", ".join(str(number) for number, lines in enumerate(pdf.pages, 1) if not lines)
