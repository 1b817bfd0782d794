"""Tables without ruled lines: short cells that stand in rows and in columns.

At least one column holds figures, or a caption stands above: nothing else tells a table from
labels side by side.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from ingest.loaders.pdf_captions import is_caption
from ingest.loaders.pdf_cells import cell_text, is_figure, without_empty
from ingest.loaders.pdf_model import Piece, Rows, around
from ingest.loaders.pdf_pieces import columns_taken, rows_of

_LONGEST_CELL = 44
_FARTHEST_ROW = 2.6
_MOST_HEAD_ROWS = 4
_CAPTION_ROWS = 3
_FEWEST_ROWS = 3
_FEWEST = 5
_COLUMN_GAP_POINTS = 3.0
_SAME_EDGE_POINTS = 2.5
_ALIGNED = 0.75
_FIGURES = 0.6
_FILLED = 0.55
_LABEL = re.compile(r"\W*(?:\d{1,3}|[a-zA-Z가-하]|[ivxIVX]+)?\W*")
_PAGE = re.compile(r"\d{1,4}|[ivxlc]{1,6}")

Row = list[Piece]


@dataclass(frozen=True, slots=True)
class _Column:
    """The space between left and right that the cells of a column take."""

    left: float
    right: float


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows of short cells; ``has_caption`` where the caption of a table stands above or in them."""

    rows: tuple[Row, ...]
    has_caption: bool


def with_aligned_tables(part: Sequence[Piece]) -> list[Piece]:
    """Return a part of a page with tables in the places of the pieces that they consist of."""
    tables = [table for run in _runs(part) for table in _tables(run)]
    owners = {word.position: table for table in tables for word in table.words}
    shown = (owners.get(piece.position, piece) for piece in part)
    return list({piece.position: piece for piece in shown}.values())


def _runs(part: Sequence[Piece]) -> Iterator[_Run]:
    """Yield rows of short cells, close to each other."""
    run: list[Row] = []
    captions: list[bool] = []
    for row in rows_of(piece for piece in part if piece.words[0].upright):
        if run and not (_is_short(row) and _is_near(run[-1], row)):
            yield _Run(tuple(run), any(captions[-len(run) - _CAPTION_ROWS :]))
            run = []
        captions.append(is_caption(row[0].text))
        if _is_short(row):
            run.append(row)
    if run:
        yield _Run(tuple(run), any(captions[-len(run) - _CAPTION_ROWS :]))


def _tables(run: _Run) -> Iterator[Piece]:
    """Yield the whole run as a table, or else the tables between its rows of one cell."""
    table = _table(_trimmed(run.rows), has_caption=run.has_caption)
    if table:
        yield table
        return
    for several, rows in groupby(run.rows, key=lambda row: len(row) > 1):
        table = _table(list(rows), has_caption=False) if several else None
        if table:
            yield table


def _trimmed(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows without those of one cell at the beginning and the end."""
    several = [number for number, row in enumerate(rows) if len(row) > 1]
    return rows[several[0] : several[-1] + 1] if several else []


def _is_short(row: Row) -> bool:
    return all(not piece.rows and columns_taken(piece.text) <= _LONGEST_CELL for piece in row)


def _is_near(row: Row, following: Row) -> bool:
    height = min(row[0].box.bottom - row[0].box.top, following[0].box.bottom - following[0].box.top)
    return following[0].box.down - row[0].box.down <= _FARTHEST_ROW * height


def _table(run: Sequence[Row], *, has_caption: bool) -> Piece | None:
    """Return the rows as a table; None unless they stand in columns below at most a few heads."""
    for head in range(_MOST_HEAD_ROWS):
        body = [row for row in run[head:] if len(row) > 1]
        if len(body) < _FEWEST_ROWS - min(head, 1):
            return None
        columns = list(_columns(body))
        if len(columns) < max(map(len, body)):
            continue
        rows = without_empty(_rows(run, columns))
        aligned = all(_is_aligned(column, body) for column in columns)
        if not (aligned and _is_table(rows, has_caption=has_caption)):
            continue
        words = sorted(
            (word for row in run for piece in row for word in piece.words),
            key=lambda word: word.position,
        )
        return Piece(tuple(words), around(word.box for word in words), rows)
    return None


def _columns(rows: Sequence[Row]) -> Iterator[_Column]:
    """Yield what the cells of all rows leave free of each other."""
    spans = sorted((piece.box.left, piece.box.right) for row in rows for piece in row)
    left, right = spans[0] if spans else (0.0, 0.0)
    for next_left, next_right in spans[1:]:
        if next_left > right + _COLUMN_GAP_POINTS:
            yield _Column(left, right)
            left = next_left
        right = max(right, next_right)
    yield _Column(left, right)


def _is_aligned(column: _Column, rows: Sequence[Row]) -> bool:
    """Return whether most cells of a column agree in their left or right edges or middles."""
    boxes = [piece.box for row in rows for piece in row if _lies_in(piece, column)]
    edges = (
        [box.left for box in boxes],
        [box.right for box in boxes],
        [box.across for box in boxes],
    )
    return any(_agreeing(places) >= _ALIGNED * len(boxes) for places in edges)


def _agreeing(places: Sequence[float]) -> int:
    """Return how many places lie together."""
    ordered = sorted(places)
    return max(
        bisect_right(ordered, place + _SAME_EDGE_POINTS) - number
        for number, place in enumerate(ordered)
    )


def _lies_in(piece: Piece, column: _Column) -> bool:
    return piece.box.left < column.right and piece.box.right > column.left


def _rows(run: Sequence[Row], columns: Sequence[_Column]) -> list[list[str]]:
    """Return the texts by columns; rows above the first figures are one head."""
    rows: list[list[str]] = []
    for row in run:
        texts = [""] * len(columns)
        for piece in row:
            column = _column_of(piece, columns)
            texts[column] = f"{texts[column]} {cell_text(piece.words)}".strip()
        rows.append(texts)
    first = next((n for n, row in enumerate(rows) if any(map(is_figure, row[1:]))), 0)
    head = [" ".join(filter(None, texts)) for texts in zip(*rows[:first], strict=True)]
    return [head, *rows[first:]] if head else rows


def _column_of(piece: Piece, columns: Sequence[_Column]) -> int:
    """Return the number of the first column that a cell reaches into, or else of the nearest."""
    box = piece.box
    gaps = [max(0.0, each.left - box.right, box.left - each.right) for each in columns]
    return gaps.index(min(gaps))


def _is_table(rows: Rows, *, has_caption: bool) -> bool:
    """Return whether this is data, and not a list, a form or a table of contents."""
    columns = list(zip(*rows[1:], strict=True))
    if len(rows) < _FEWEST_ROWS or len(columns) < 2:
        return False
    if not all(map(any, columns)) and not any(map(is_figure, rows[0][1:])):
        return False
    figures = [number for number, texts in enumerate(columns) if number and _holds_figures(texts)]
    filled = sum(bool(text) for row in rows for text in row)
    is_list = len(columns) == 2 and all(map(_LABEL.fullmatch, columns[0]))
    is_contents = figures in ([], [len(columns) - 1]) and _are_pages(columns[-1])
    enough = filled >= _FILLED * len(rows) * len(columns) and len(rows) + len(columns) > _FEWEST
    return enough and bool(figures or has_caption) and not is_list and not is_contents


def _holds_figures(texts: Sequence[str]) -> bool:
    said = [text for text in texts if text]
    return sum(map(is_figure, said)) >= max(2, _FIGURES * len(said))


def _are_pages(texts: Sequence[str]) -> bool:
    """Return whether these are the page numbers of a table of contents."""
    said = [text for text in texts if text]
    if not all(map(_PAGE.fullmatch, said)):
        return False
    numbers = [int(text) for text in said if text.isdigit()]
    return all(before <= after for before, after in pairwise(numbers))
