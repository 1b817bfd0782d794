"""Lines of pages become running text: words that a line end broke are whole again."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.loaders.blocks import markdown_table
from ingest.loaders.pdf_captions import border
from ingest.loaders.pdf_model import BROKEN_HYPHEN, Line

_LIGATURES = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
    }
)
_BROKEN_WORD = re.compile(f"([^\\W\\d_]+)\\s*{BROKEN_HYPHEN}\\s*([^\\W\\d_]+)")
_LIST_START = re.compile(
    r"[-–•◦▪▶○●□■◆※*·]|\(?\d{1,3}[.)](?!\d)|\(?[가-하a-zA-Z][.)](?:\s|$)|[①-⑳㉠-㉻Ⅰ-Ⅻ]"
)
_SENTENCE_END = ".!?。:;…"
_OPENING = "“‘\"'(「『《〈["
_SAME_SIZE_POINTS = 0.6
_FULL_LINE = 0.7
_FULL_LINE_PERCENTILE = 0.75
_NARROWEST_COLUMN = 40
_MOST_DIGITS = 0.35
_FEWEST_KEPT_SPACES = 2
_MOST_CAPITALS = 0.35


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line's place in the text: ``text[start:end]``; a table is one line."""

    start: int
    end: int
    size: float
    page: int
    is_table: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The running text of all pages, and where its lines and pages are."""

    text: str
    page_starts: tuple[int, ...]
    lines: tuple[PlacedLine, ...]


def lay_out(pages: Sequence[Sequence[Line]]) -> Layout:
    """Return the running text; a page begins on a line of its own."""
    joiner = _Joiner(pages)
    parts: list[str] = []
    placed: list[PlacedLine] = []
    page_starts: list[int] = []
    length = 0
    for number, lines in enumerate(pages):
        for position, line in enumerate(lines):
            before = joiner.separator(lines, position) if parts else ""
            if not position:
                page_starts.append(length + len(before))
            text = joiner.text(line)
            parts += [before, text]
            start = length + len(before)
            length = start + len(text)
            placed.append(PlacedLine(start, length, line.size, number, bool(line.rows), line.bold))
        if not lines:
            page_starts.append(length)
    return Layout("".join(parts), tuple(page_starts), tuple(placed))


class _Joiner:
    """Decides, from the habits of the whole file, how two lines are joined."""

    def __init__(self, pages: Sequence[Sequence[Line]]) -> None:
        self._everything = " ".join(line.text for lines in pages for line in lines)
        prose = [[line for line in lines if not line.rows] for lines in pages]
        self._full_widths = _full_widths(prose)
        self._keeps_spaces = _keeps_spaces(prose)
        self._capitals_begin_items = _capital_share(prose) > _MOST_CAPITALS

    def text(self, line: Line) -> str:
        """Return what a line says, a table as Markdown."""
        if line.rows:
            return markdown_table([[self._cell(text) for text in row] for row in line.rows])
        return self._clean(line.text)

    def _cell(self, text: str) -> str:
        """Return a cell on one line; its Korean words may be broken at line ends."""
        joined = ""
        for part in text.split("\n"):
            broken = self._keeps_spaces and _is_hangul(joined[-1:]) and _is_hangul(part[:1])
            joined += part if broken or joined.endswith(BROKEN_HYPHEN) else f" {part}"
        return self._clean(joined)

    def _clean(self, text: str) -> str:
        """Return a line with its broken words whole, without ligatures and doubled spaces."""
        joined = _BROKEN_WORD.sub(self._join_word, text.translate(_LIGATURES))
        return " ".join(joined.replace(BROKEN_HYPHEN, "-").split())

    def _join_word(self, match: re.Match[str]) -> str:
        """Return the whole word, with its hyphen when the file writes it so elsewhere."""
        before, after = match.groups()
        hyphenated = f"{before}-{after}"
        latin = before[-1] < "\u1100" and after[0] < "\u1100" and after[0].islower()
        return hyphenated if not latin or hyphenated in self._everything else before + after

    def separator(self, lines: Sequence[Line], position: int) -> str:
        """Return what stands before a line of a page, given what comes before and after it."""
        beside_table = border(lines, position)
        if beside_table is not None:
            return beside_table
        return self._between(lines[position - 1], lines[position]) if position else "\n"

    def _between(self, line: Line, following: Line) -> str:
        """Return what stands between two lines: a line end unless a sentence goes on."""
        tail, head = line.text.rstrip()[-1:], following.text.lstrip()[:1]
        if not self._may_continue(line, following) or tail in _SENTENCE_END:
            return "\n"
        spaced = line.text[-1:].isspace()
        if not spaced and _is_hangul(tail) and _is_hangul(head):
            return "" if self._keeps_spaces else "\n"
        may_break_word = not spaced and (_is_hangul(tail) or _is_hangul(head))
        begins_item = head.isupper() and self._capitals_begin_items
        goes_on = _continues(following) and not may_break_word and not begins_item
        return " " if goes_on else "\n"

    def _may_continue(self, line: Line, following: Line) -> bool:
        """Return whether both lines are one kind of prose and the first fills its column."""
        full = _FULL_LINE * max(self._full_widths[_rounded(line.size)], _NARROWEST_COLUMN)
        last = line.text.rsplit(BROKEN_HYPHEN, 1)[-1]
        return (
            abs(line.size - following.size) < _SAME_SIZE_POINTS
            and _width(last) >= full
            and max(_digit_share(line.text), _digit_share(following.text)) <= _MOST_DIGITS
        )


def _continues(line: Line) -> bool:
    """Return whether a line can be the middle of a sentence."""
    text = line.text.lstrip()
    return (text[:1].isalnum() or text[:1] in _OPENING) and not _LIST_START.match(text)


def _full_widths(pages: Sequence[Sequence[Line]]) -> dict[float, int]:
    """Return, by font size, how wide a line is that fills its column."""
    widths: defaultdict[float, list[int]] = defaultdict(list)
    for lines in pages:
        for line in lines:
            widths[_rounded(line.size)] += map(_width, line.text.split(BROKEN_HYPHEN))
    return {
        size: sorted(found)[int(_FULL_LINE_PERCENTILE * (len(found) - 1))]
        for size, found in widths.items()
    }


def _keeps_spaces(pages: Sequence[Sequence[Line]]) -> bool:
    """Return whether spaces at line ends are in the file, so that a missing one breaks a word.

    Korean lines may end inside a word, and files of most Korean programs show by the space
    whether they did.
    """
    pairs = [
        line.text[-1:].isspace()
        for lines in pages
        for line, following in pairwise(lines)
        if _is_hangul(line.text.rstrip()[-1:]) and _is_hangul(following.text.lstrip()[:1])
    ]
    kept = sum(pairs)
    return kept >= _FEWEST_KEPT_SPACES and kept * 10 >= len(pairs)


def _capital_share(pages: Sequence[Sequence[Line]]) -> float:
    """Return how many lines begin with a capital: few in prose, most in lists and tables."""
    initials = [line.text.lstrip()[:1] for lines in pages for line in lines]
    return sum(initial.isupper() for initial in initials) / max(len(initials), 1)


def _rounded(size: float) -> float:
    return round(2 * size) / 2


def _width(text: str) -> int:
    """Return the columns that a text takes when Hangul and Hanzi take two."""
    return sum(2 if character >= "\u1100" else 1 for character in text.strip())


def _digit_share(text: str) -> float:
    return sum(character.isdigit() for character in text) / max(len(text), 1)


def _is_hangul(character: str) -> bool:
    return "가" <= character <= "힣"
