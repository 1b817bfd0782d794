"""Words side by side become pieces of a line, and pieces side by side rows."""

from collections.abc import Iterable, Sequence

from ingest.loaders.pdf_cells import on_one_line
from ingest.loaders.pdf_model import Piece, Word, around

_WIDE_GAP = 0.75
_SAME_ROW = 0.5


def pieces_of(words: Iterable[Word]) -> list[Piece]:
    """Return the pieces of pdfium's lines, in its order: a wide gap begins another one."""
    groups: list[list[Word]] = []
    for word in words:
        if groups and _belongs(groups[-1][-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    return [Piece(tuple(group), around(word.box for word in group)) for group in groups]


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


def _belongs(word: Word, following: Word) -> bool:
    if word.line != following.line or following.position != word.position + 1:
        return False
    if not on_one_line(word, following):
        return False
    gap = following.box.left - word.box.right
    return not word.upright or -word.em < gap < _WIDE_GAP * word.em


def _shares_row(row: Sequence[Piece], piece: Piece) -> bool:
    box, other = row[0].box, piece.box
    overlap = min(box.bottom, other.bottom) - max(box.top, other.top)
    return overlap > _SAME_ROW * min(box.bottom - box.top, other.bottom - other.top)
