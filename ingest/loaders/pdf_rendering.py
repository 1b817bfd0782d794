"""A page of a PDF becomes a picture, for text recognition."""

import math
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from ingest.errors import MalformedFileError
from ingest.loaders.pdf_reading import opened_pdf

MOST_PIXELS = 40_000_000

_DPI = 300
_POINTS_PER_INCH = 72


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page in greys, a byte for each pixel, and how many ``pages`` the file has."""

    pages: int
    width: int
    height: int
    pixels: bytes

    def pgm(self) -> bytes:
        """Return the picture as a file, in the simplest format there is."""
        return b"P5 %d %d 255\n%b" % (self.width, self.height, self.pixels)


def render_page(content: bytes, name: str, number: int) -> PagePicture:
    """Return page ``number``, from 1, at 300 dots an inch; very large pages at fewer."""
    with opened_pdf(content, name) as document:
        if not 1 <= number <= len(document):
            raise MalformedFileError(f"{name} has no page {number}.")
        with closing(document[number - 1]) as page:
            return _picture(page, len(document))


def _picture(page: Any, pages: int) -> PagePicture:  # noqa: ANN401 - pypdfium2 has no types
    width, height = page.get_size()
    scale = _DPI / _POINTS_PER_INCH
    most = math.sqrt(MOST_PIXELS / max(width * height, 1.0))
    with closing(page.render(scale=min(scale, 0.99 * most), grayscale=True)) as bitmap:
        rows = memoryview(bitmap.buffer).cast("B")
        starts = range(0, bitmap.stride * bitmap.height, bitmap.stride)
        pixels = b"".join(rows[start : start + bitmap.width] for start in starts)
        return PagePicture(pages, bitmap.width, bitmap.height, pixels)
