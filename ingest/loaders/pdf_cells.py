"""Words of a table's cell become its text; cells that hold columns of figures become rows."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from ingest.loaders.pdf_model import Rows, Word

_SAME_LINE = 0.5
_SAME_LINE_POINTS = 3.0
_FEWEST_LINES = 4
_ALIGNED = 0.8
_LONGEST_FIGURE = 16
_DIGITS = 0.4
_FIGURE = re.compile(r"[^\w\s]{0,3}\s?\d")
_FIGURES = 0.7
_LEADERS = re.compile(r"[\s.·…]*(?:\.{4,}|(?:\. ){4,}|·{4,}|…{2,})[\s.·…]*$", re.MULTILINE)


def cell_text(words: Sequence[Word]) -> str:
    """Return what words of one cell say, with line feeds where its lines end."""
    parts = [words[0].text]
    for before, word in pairwise(words):
        if not on_one_line(before, word):
            parts.append("\n")
        elif not before.text[-1:].isspace() and before.line != word.line:
            parts.append(" ")
        parts.append(word.text)
    return _LEADERS.sub("", "".join(parts)).strip()


def on_one_line(word: Word, other: Word) -> bool:
    """Return whether two words stand side by side."""
    overlap = min(word.box.bottom, other.box.bottom) - max(word.box.top, other.box.top)
    height = min(word.box.bottom - word.box.top, other.box.bottom - other.box.top)
    return overlap > _SAME_LINE * height


def rows_within(cells: Mapping[int, Sequence[Word]]) -> list[dict[int, str]]:
    """Return the lines of a ruled row, by columns, when each is a row of figures; else none.

    Many tables have lines around their head and their body only.
    """
    columns = {column: _text_lines(words) for column, words in cells.items()}
    heights = list(_heights(columns.values()))
    full = [lines for lines in columns.values() if len(lines) >= _ALIGNED * len(heights)]
    enough = len(heights) >= _FEWEST_LINES and len(full) >= max(2, len(columns) - 1)
    if not enough or not any(map(_are_figures, full)):
        return []
    rows: list[dict[int, str]] = [{} for _ in heights]
    for column, lines in columns.items():
        for line in lines:
            distances = [abs(line[0].box.down - height) for height in heights]
            row = rows[distances.index(min(distances))]
            row[column] = f"{row.get(column, '')} {cell_text(line)}".strip()
    return rows


def without_empty(rows: Sequence[Sequence[str]]) -> Rows:
    """Return the rows without those, and without those columns, that hold nothing."""
    kept = [row for row in rows if any(row)]
    columns = [
        number for number in range(len(kept[0]) if kept else 0) if any(row[number] for row in kept)
    ]
    return tuple(tuple(row[number] for number in columns) for row in kept)


def is_figure(text: str) -> bool:
    """Return whether a cell holds a number, with its unit perhaps."""
    digits = sum(map(str.isdigit, text))
    return bool(_FIGURE.match(text)) and digits >= _DIGITS * len(text) <= _DIGITS * _LONGEST_FIGURE


def _text_lines(words: Sequence[Word]) -> list[list[Word]]:
    lines = [[words[0]]]
    for word in words[1:]:
        if on_one_line(lines[-1][-1], word):
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _heights(columns: Iterable[Sequence[Sequence[Word]]]) -> Iterator[float]:
    """Yield the heights at which lines stand, those of several columns together."""
    last = float("-inf")
    for height in sorted(line[0].box.down for lines in columns for line in lines):
        if height - last > _SAME_LINE_POINTS:
            yield height
            last = height


def _are_figures(lines: Sequence[Sequence[Word]]) -> bool:
    figures = [is_figure(cell_text(line)) for line in lines]
    return sum(figures) >= _FIGURES * len(figures)
