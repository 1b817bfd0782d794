"""What a page of a PDF is made of: words with their places, ruled lines, lines of text, tables."""

from collections.abc import Iterable
from dataclasses import dataclass

BROKEN_HYPHEN = "\ufffe"
"""What pdfium writes for a hyphen at a line end, together with the line end."""

Rows = tuple[tuple[str, ...], ...]

_SMALLEST_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the page as it is shown, in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Return how far it reaches from left to right."""
        return self.right - self.left

    @property
    def across(self) -> float:
        """Return the middle between left and right."""
        return (self.left + self.right) / 2

    @property
    def down(self) -> float:
        """Return the middle between top and bottom."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line on the page: ``at`` this height from ``start`` to ``end``, or upright."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a gap and the spaces after them, as pdfium gives them.

    ``line`` numbers pdfium's lines, ``position`` the words of the page in pdfium's order. An
    upright word is read from left to right on the page as it is shown.
    """

    text: str
    box: Box
    size: float
    line: int
    position: int
    upright: bool = True
    bold: bool = False

    @property
    def em(self) -> float:
        """Return the size of its type; where the file says less than it shows, what it shows."""
        height = self.box.bottom - self.box.top
        return self.size if self.size > _SMALLEST_SHARE * height else height


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one line side by side, or a table, which takes the place of its words."""

    words: tuple[Word, ...]
    box: Box
    rows: Rows = ()

    @property
    def text(self) -> str:
        """Return what the words say, with the spaces between and after them."""
        return "".join(word.text for word in self.words)

    @property
    def size(self) -> float:
        """Return the size of its type, in points."""
        return self.words[0].size

    @property
    def bold(self) -> bool:
        """Return whether its type is bold."""
        return self.words[0].bold

    @property
    def position(self) -> int:
        """Return where it stands in pdfium's order."""
        return self.words[0].position


@dataclass(frozen=True, slots=True)
class Line:
    """A line as pdfium gives it, trailing space included; ``size`` is the font's, in points.

    ``height`` is the share of the page that lies above it. A table is one line with ``rows``;
    line ends inside of cells are line feeds.
    """

    text: str
    size: float
    height: float = 0.5
    rows: Rows = ()
    bold: bool = False


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds all of them."""
    found = list(boxes)
    return Box(
        min(box.left for box in found),
        min(box.top for box in found),
        max(box.right for box in found),
        max(box.bottom for box in found),
    )
