"""Parsing with recognition: what is a picture in a file is read too."""

from collections.abc import Callable
from dataclasses import dataclass

from ingest.document import LoadedDocument
from ingest.errors import EmptyFileError, ImageOnlyError, LoaderError
from ingest.loaders.image import MEDIA_TYPES, suffix_of
from ingest.loaders.pdf_rendering import PagePicture
from ingest.ocr.base import Recogniser
from ingest.ocr.pages import document_of_pages, pages_without_text, with_pages

PDF = "application/pdf"

Render = Callable[[str, bytes, int], PagePicture]
"""Returns a page, from 1, of the PDF with this name and these bytes, or raises a LoaderError."""


@dataclass(frozen=True, slots=True)
class ParseWithOcr:
    """Parses a file as ``parse`` does; ``render`` draws its pages where they hold no text."""

    parse: Callable[[str, bytes], LoadedDocument]
    render: Render
    recogniser: Recogniser

    def __call__(self, name: str, content: bytes) -> LoadedDocument:
        """Return the document; raise a LoaderError when no text is recognised either."""
        try:
            document = self.parse(name, content)
        except ImageOnlyError:
            return self._of_pictures(name, content)
        missing = pages_without_text(document) if document.media_type == PDF else []
        texts = {number: self._page(name, content, number) for number in missing}
        return with_pages(document, texts) if any(texts.values()) else document

    def _of_pictures(self, name: str, content: bytes) -> LoadedDocument:
        suffix = suffix_of(name)
        if suffix in MEDIA_TYPES:
            texts = self.recogniser.recognise(content, name)
            document = document_of_pages(name, MEDIA_TYPES[suffix], texts)
        else:
            first = self.render(name, content, 1)
            numbers = range(2, first.pages + 1)
            texts = [self._recognised(name, first)]
            texts += [self._page(name, content, number) for number in numbers]
            document = document_of_pages(name, PDF, texts)
        if not document.text.strip():
            raise EmptyFileError(f"No text was recognised in the pictures of {name}.")
        return document

    def _page(self, name: str, content: bytes, number: int) -> str:
        """Return what is recognised on a page; one page that fails does not lose the others."""
        try:
            return self._recognised(name, self.render(name, content, number))
        except LoaderError:
            return ""

    def _recognised(self, name: str, picture: PagePicture) -> str:
        return "\n".join(self.recogniser.recognise(picture.pgm(), name))
