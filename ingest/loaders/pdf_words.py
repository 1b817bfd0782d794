"""The words of a page, in pdfium's order, with their places on the page as it is shown."""

import ctypes
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from ingest.loaders.pdf_model import BROKEN_HYPHEN, Box, Rule, Word
from ingest.loaders.pdf_view import PageView
from ingest.loaders.pdf_visibility import Hidden, hidden_in

_SAMPLES = (0.25, 0.5, 0.75)
_WORD = re.compile(rf"\s*[^\s{BROKEN_HYPHEN}]*(?:{BROKEN_HYPHEN}|\s+|\Z)")
_INSIDE = 1.0
_BOLD = 600

Span = tuple[int, int]
"""Where characters begin and end in the text of the page."""


@dataclass(frozen=True, slots=True)
class _Type:
    size: float
    upright: bool
    bold: bool


class WordReader:
    """Reads the words of one page; text that nobody sees is left out."""

    def __init__(self, page: Any, text_page: Any, view: PageView) -> None:  # noqa: ANN401
        import pypdfium2.raw as pdfium

        self._page = page
        self._text_page = text_page
        self._view = view
        self._text: str = text_page.get_text_range()
        self._numbers = _numbers(text_page, len(self._text))
        self._place = pdfium.FS_RECTF()
        self._reference = ctypes.byref(self._place)

    def words(self, uprights: Sequence[Rule]) -> Iterator[Word]:
        """Yield the words of the page; one that a vertical rule cuts is two."""
        lines = [(start, end) for start, end in _lines(self._text) if self._said(start, end)]
        ends = (place for start, end in lines for place in (start, end - 1))
        hidden = hidden_in(self._page, self._text_page, self._view, map(self._numbers, ends))
        position = 0
        for number, line in enumerate(lines):
            kind = self._type(line)
            for start, end, box in self._places(line, uprights):
                text = self._text[start:end]
                shown = self._shown(start, end, hidden) if hidden.suspects(box) else text
                if shown.strip():
                    yield Word(shown, box, kind.size, number, position, kind.upright, kind.bold)
                    position += 1

    def _said(self, start: int, end: int) -> str:
        return self._text[start:end].strip()

    def _places(self, line: Span, uprights: Sequence[Rule]) -> Iterator[tuple[int, int, Box]]:
        start, end = line
        places = [rule.at for rule in uprights]
        for match in _WORD.finditer(self._text, start, end):
            first, last = match.span()
            if first == last:
                continue
            box = self._box(first, last)
            near = uprights[bisect_right(places, box.left) : bisect_left(places, box.right)]
            cut = next((rule.at for rule in near if _cuts(rule, box)), None)
            middle = last if cut is None else self._first_beyond(cut, first, last)
            if first < middle < last:
                yield first, middle, self._box(first, middle)
                yield middle, last, self._box(middle, last)
            else:
                yield first, last, box

    def _box(self, start: int, end: int) -> Box:
        """Return the place of these characters, from their first to their last one with ink."""
        text = self._text[start:end]
        first = start + len(text) - len(text.lstrip())
        last = max(first, start + len(text.rstrip()) - 1)
        left = self._character_box(min(first, end - 1))
        right = self._character_box(min(last, end - 1)) if last > first else left
        return Box(
            min(left.left, right.left),
            min(left.top, right.top),
            max(left.right, right.right),
            max(left.bottom, right.bottom),
        )

    def _character_box(self, position: int) -> Box:
        import pypdfium2.raw as pdfium

        place = self._place
        pdfium.FPDFText_GetLooseCharBox(self._text_page, self._numbers(position), self._reference)
        return self._view.box(place.left, place.bottom, place.right, place.top)

    def _first_beyond(self, x: float, start: int, end: int) -> int:
        boxes = (self._character_box(position) for position in range(start, end))
        return next((place for place, box in enumerate(boxes, start) if box.across > x), end)

    def _shown(self, start: int, end: int, hidden: Hidden) -> str:
        return "".join(
            sign
            for place, sign in enumerate(self._text[start:end], start)
            if sign.isspace() or not hidden.is_hidden(self._numbers(place))
        )

    def _type(self, line: Span) -> _Type:
        """Return the type of most of three characters."""
        import pypdfium2.raw as pdfium

        start, end = line
        length = len(self._text[start:end].rstrip())
        sizes, upright, bold = [], 0, 0
        for place in _SAMPLES:
            number = self._numbers(start + int(place * length))
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFText_GetMatrix(self._text_page, number, matrix)
            font_size = pdfium.FPDFText_GetFontSize(self._text_page, number)
            sizes.append(font_size * math.hypot(matrix.c, matrix.d))
            upright += self._view.is_upright(matrix.a, matrix.b)
            bold += pdfium.FPDFText_GetFontWeight(self._text_page, number) >= _BOLD
        return _Type(float(median(sizes)), upright >= 2, bold >= 2)


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line.rstrip("\r"))
        start += len(line) + 1


def _numbers(text_page: Any, length: int) -> Callable[[int], int]:  # noqa: ANN401
    """Return what gives the number of the character at a place of the page's text."""
    import pypdfium2.raw as pdfium

    if pdfium.FPDFText_CountChars(text_page) == length:
        return int
    return lambda place: int(pdfium.FPDFText_GetCharIndexFromTextIndex(text_page, place))


def _cuts(rule: Rule, box: Box) -> bool:
    return box.left + _INSIDE < rule.at < box.right - _INSIDE and rule.start <= box.down <= rule.end
