"""Text of a PDF that nobody sees: without ink, in the colour of its ground, tiny, off the page.

Pale text is looked for in the drawn page: a letter is seen where not all pixels in its place are
the same, so that white text on a coloured ground stays. Text without ink stays over pictures, for
there it is what a scanner recognised.
"""

import ctypes
import math
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ingest.loaders.pdf_model import Box
from ingest.loaders.pdf_view import PageView

SMALLEST_POINTS = 1.0

_NO_INK = frozenset({3, 7})
_WHITE = 240
_TRANSPARENT = 16
_SEEN_DIFFERENCE = 8
_SCALE = 2.0
_MOST_PIXELS = 20_000_000
_DEEPEST_FORM = 5
_MARGIN = 3.0
_EVERYWHERE = Box(-math.inf, -math.inf, math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What says of a character, by its number, ``is_hidden``: whether nobody sees it.

    Only what lies at one of the ``places`` has to be asked about.
    """

    is_hidden: Callable[[int], bool]
    places: tuple[Box, ...]

    def suspects(self, box: Box) -> bool:
        """Return whether something in this place may be hidden."""
        return any(
            place.left <= box.right
            and box.left <= place.right
            and place.top <= box.bottom
            and box.top <= place.bottom
            for place in self.places
        )


def hidden_in(page: Any, text_page: Any, view: PageView, sampled: Iterable[int]) -> Hidden:  # noqa: ANN401 - pypdfium2 has no types
    """Return what is hidden on a page.

    No place is suspected where neither the ink of any text is strange, nor size or place of the
    ``sampled`` characters.
    """
    looked_at = _Looked(page, text_page, view)
    if any(map(looked_at.is_out_of_sight, sampled)):
        return Hidden(looked_at, (_EVERYWHERE,))
    places = tuple(_place_of(text, view) for text in looked_at.strange.values())
    return Hidden(looked_at.has_strange_ink, places)


def _place_of(text: Any, view: PageView) -> Box:  # noqa: ANN401 - pypdfium2 has no types
    """Return where a text lies, with a margin; one inside of a form may lie anywhere."""
    if text.level:
        return _EVERYWHERE
    box = view.box(*text.get_bounds())
    return Box(box.left - _MARGIN, box.top - _MARGIN, box.right + _MARGIN, box.bottom + _MARGIN)


def is_pale(shape: Any) -> bool:  # noqa: ANN401 - pypdfium2 has no types
    """Return whether text or a path is filled with a colour that is hard to see on white."""
    import pypdfium2.raw as pdfium

    mixed = tuple(ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(shape, *mixed):
        return False
    *colours, opacity = (place.value for place in mixed)
    return min(colours) >= _WHITE or opacity <= _TRANSPARENT


class _Looked:
    def __init__(self, page: Any, text_page: Any, view: PageView) -> None:  # noqa: ANN401 - pypdfium2 has no types
        self._page = page
        self._text_page = text_page
        self._view = view

    def __call__(self, character: int) -> bool:
        if self._is_made_up(character):
            return False
        return self.is_out_of_sight(character) or self.has_strange_ink(character)

    def has_strange_ink(self, character: int) -> bool:
        """Return whether the character is drawn so that nobody sees it, wherever it lies."""
        import pypdfium2.raw as pdfium

        text = pdfium.FPDFText_GetTextObject(self._text_page, character)
        found = self.strange.get(ctypes.addressof(text.contents)) if text else None
        if found is None or self._is_made_up(character):
            return False
        inkless = pdfium.FPDFTextObj_GetTextRenderMode(text) in _NO_INK
        return not (self._is_over_picture(character) if inkless else self._is_seen(character))

    @cached_property
    def strange(self) -> dict[int, Any]:
        """Return the texts that have no ink or pale ink, by their addresses.

        They are few on most pages, and their characters alone have to be looked at.
        """
        import pypdfium2.raw as pdfium

        found = {}
        for text in self._page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT], max_depth=_DEEPEST_FORM):
            if pdfium.FPDFTextObj_GetTextRenderMode(text.raw) in _NO_INK or is_pale(text.raw):
                found[ctypes.addressof(text.raw.contents)] = text
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
        width, height = self._view.width * self._scale, self._view.height * self._scale
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
        box = self._view.box(left.value, bottom.value, right.value, top.value)
        scale = self._scale
        return (
            round(box.left * scale),
            round(box.top * scale),
            round(box.right * scale),
            round(box.bottom * scale),
        )

    @cached_property
    def _scale(self) -> float:
        """Return how many pixels of the drawn page a point is."""
        return min(_SCALE, math.sqrt(_MOST_PIXELS / max(self._view.width * self._view.height, 1.0)))

    @cached_property
    def _drawn(self) -> tuple[int, int, bytes]:
        """Return width, height and the greys of the page."""
        with closing(self._page.render(scale=self._scale, grayscale=True)) as bitmap:
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
