"""Words side by side become pieces of a line, and pieces side by side rows."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from ingest.loaders.pdf_cells import on_one_line
from ingest.loaders.pdf_model import Piece, Word, around

_WIDE_GAP = 0.75
_WIDEST_USUAL = 1.25
_WIDER = 1.6
_SAME_ROW = 0.5


def pieces_of(words: Sequence[Word]) -> list[Piece]:
    """Return the pieces of pdfium's lines, in its order: a wide gap begins another one."""
    widest = _widest_space(words)
    groups: list[list[Word]] = []
    for word in words:
        if groups and _belongs(groups[-1][-1], word, widest):
            groups[-1].append(word)
        else:
            groups.append([word])
    return [Piece(tuple(group), around(word.box for word in group)) for group in groups]


def _widest_space(words: Sequence[Word]) -> float:
    """Return how wide a space between words may be, in sizes of the type.

    Type whose letters are all of one width has wide spaces.
    """
    gaps = [
        (following.box.left - word.box.right) / max(word.em, 1.0)
        for word, following in pairwise(words)
        if word.line == following.line
    ]
    usual = [gap for gap in gaps if 0 < gap < _WIDEST_USUAL]
    return max(_WIDE_GAP, _WIDER * median(usual)) if usual else _WIDE_GAP


def rows_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Return the pieces by rows, from top to bottom, each from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.box.down):
        if rows and _shares_row(rows[-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.box.left) for row in rows]


def columns_taken(text: str) -> int:
    """Return the columns that a text takes when Hangul and Hanzi take two."""
    return sum(2 if character >= "\u1100" else 1 for character in text.strip())


def _belongs(word: Word, following: Word, widest: float) -> bool:
    if word.line != following.line or following.position != word.position + 1:
        return False
    if not on_one_line(word, following):
        return False
    gap = following.box.left - word.box.right
    return not word.upright or -word.em < gap < widest * word.em


def _shares_row(row: Sequence[Piece], piece: Piece) -> bool:
    box, other = row[0].box, piece.box
    overlap = min(box.bottom, other.bottom) - max(box.top, other.top)
    return overlap > _SAME_ROW * min(box.bottom - box.top, other.bottom - other.top)
