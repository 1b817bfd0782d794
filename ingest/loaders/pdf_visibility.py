"""Text of a PDF that nobody sees: without ink, in the colour of its ground, tiny, off the page.

Pale text is looked for in the drawn page: a letter is seen where not all pixels in its place are
the same, so that white text on a coloured ground stays. Text without ink stays over pictures, for
there it is what a scanner recognised.
"""

import ctypes
import math
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import cached_property
from typing import Any

SMALLEST_POINTS = 1.0

_NO_INK = frozenset({3, 7})
_WHITE = 240
_TRANSPARENT = 16
_SEEN_DIFFERENCE = 8
_SCALE = 2.0
_MOST_PIXELS = 20_000_000
_DEEPEST_FORM = 5


def hidden_in(page: Any, text_page: Any, sampled: Iterable[int]) -> Callable[[int], bool] | None:  # noqa: ANN401 - pypdfium2 has no types
    """Return what says of a character, by its number, whether nobody sees it.

    None where nothing on the page is suspicious: neither the ink of any text, nor size and place
    of the ``sampled`` characters.
    """
    hidden = _Hidden(page, text_page)
    if any(map(hidden.is_out_of_sight, sampled)):
        return hidden
    return hidden.has_strange_ink if hidden.strange else None


def is_pale(shape: Any) -> bool:  # noqa: ANN401 - pypdfium2 has no types
    """Return whether text or a path is filled with a colour that is hard to see on white."""
    import pypdfium2.raw as pdfium

    mixed = tuple(ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(shape, *mixed):
        return False
    *colours, opacity = (place.value for place in mixed)
    return min(colours) >= _WHITE or opacity <= _TRANSPARENT


class _Hidden:
    def __init__(self, page: Any, text_page: Any) -> None:  # noqa: ANN401 - pypdfium2 has no types
        self._page = page
        self._text_page = text_page

    def __call__(self, character: int) -> bool:
        if self._is_made_up(character):
            return False
        return self.is_out_of_sight(character) or self.has_strange_ink(character)

    def has_strange_ink(self, character: int) -> bool:
        """Return whether the character is drawn so that nobody sees it, wherever it lies."""
        import pypdfium2.raw as pdfium

        text = pdfium.FPDFText_GetTextObject(self._text_page, character)
        inkless = self.strange.get(ctypes.addressof(text.contents)) if text else None
        if inkless is None or self._is_made_up(character):
            return False
        return not (self._is_over_picture(character) if inkless else self._is_seen(character))

    @cached_property
    def strange(self) -> dict[int, bool]:
        """Return the texts, by their addresses, that have no ink (true) or pale ink (false).

        They are few on most pages, and their characters alone have to be looked at.
        """
        import pypdfium2.raw as pdfium

        found = {}
        for text in self._page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT], max_depth=_DEEPEST_FORM):
            inkless = pdfium.FPDFTextObj_GetTextRenderMode(text.raw) in _NO_INK
            if inkless or is_pale(text.raw):
                found[ctypes.addressof(text.raw.contents)] = inkless
        return found

    def is_out_of_sight(self, character: int) -> bool:
        """Return whether the character lies off the page, or is too small to be read."""
        import pypdfium2.raw as pdfium

        if self._is_made_up(character):
            return False
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._text_page, character, matrix)
        size = pdfium.FPDFText_GetFontSize(self._text_page, character)
        if size * math.hypot(matrix.c, matrix.d) < SMALLEST_POINTS:
            return True
        left, top, right, bottom = self._place(character)
        width, height = self._extent
        return right < 0 or bottom < 0 or left > width or top > height

    def _is_made_up(self, character: int) -> bool:
        """Return whether pdfium added it: spaces and line ends between words."""
        import pypdfium2.raw as pdfium

        return bool(pdfium.FPDFText_IsGenerated(self._text_page, character))

    def _is_seen(self, character: int) -> bool:
        """Return whether the drawn page shows anything in the character's place."""
        width, height, pixels = self._drawn
        left, top, right, bottom = self._place(character)
        across = slice(max(0, left), min(width, right + 1))
        rows = range(max(0, top), min(height, bottom + 1))
        found = [pixels[row * width : (row + 1) * width][across] for row in rows]
        shown = [piece for piece in found if piece]
        if not shown:
            return False
        return max(map(max, shown)) - min(map(min, shown)) >= _SEEN_DIFFERENCE

    def _place(self, character: int) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom in pixels of the drawn page."""
        import pypdfium2.raw as pdfium

        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetCharBox(self._text_page, character, left, right, bottom, top)
        corners = [self._pixel(x.value, y.value) for x, y in ((left, top), (right, bottom))]
        (first_x, first_y), (last_x, last_y) = corners
        return (
            min(first_x, last_x),
            min(first_y, last_y),
            max(first_x, last_x),
            max(first_y, last_y),
        )

    def _pixel(self, x: float, y: float) -> tuple[int, int]:
        import pypdfium2.raw as pdfium

        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(self._page, 0, 0, *self._extent, 0, x, y, across, down)
        return across.value, down.value

    @cached_property
    def _extent(self) -> tuple[int, int]:
        width, height = self._page.get_size()
        scale = min(_SCALE, math.sqrt(_MOST_PIXELS / max(width * height, 1.0)))
        return math.ceil(width * scale), math.ceil(height * scale)

    @cached_property
    def _drawn(self) -> tuple[int, int, bytes]:
        """Return width, height and the greys of the page."""
        scale = self._extent[0] / self._page.get_size()[0]
        with closing(self._page.render(scale=scale, grayscale=True)) as bitmap:
            rows = memoryview(bitmap.buffer).cast("B")
            starts = range(0, bitmap.stride * bitmap.height, bitmap.stride)
            pixels = b"".join(rows[start : start + bitmap.width] for start in starts)
            return bitmap.width, bitmap.height, pixels

    def _is_over_picture(self, character: int) -> bool:
        """Return whether a picture lies there, of which this may be the recognised text."""
        import pypdfium2.raw as pdfium

        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetCharBox(self._text_page, character, left, right, bottom, top)
        across, down = (left.value + right.value) / 2, (bottom.value + top.value) / 2
        return any(
            west <= across <= east and south <= down <= north
            for west, south, east, north in self._pictures
        )

    @cached_property
    def _pictures(self) -> list[tuple[float, float, float, float]]:
        """Return where pictures lie; those inside of forms count as the whole page."""
        import pypdfium2.raw as pdfium

        everywhere = (-math.inf, -math.inf, math.inf, math.inf)
        kinds = [pdfium.FPDF_PAGEOBJ_IMAGE]
        found = self._page.get_objects(kinds, max_depth=_DEEPEST_FORM)
        return [everywhere if each.level else each.get_bounds() for each in found]
