"""Columns of prose side by side: where the space between them lies, and what spans it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.loaders.pdf_model import Piece
from ingest.loaders.pdf_pieces import columns_taken, rows_of

_FEWEST_ROWS = 3
_MOST_EDGES = 12
_FEWEST_PLACED = 9
_NARROWEST_LINE = 16
_GUTTER_POINTS = 5.0
_EDGE_POINTS = 1.5
_MOST_CELLS_PER_ROW = 1.4
_LONG = 10
_CELL_GAP = 1.5
_FAR = 1.35
_FULL = 0.8

Row = list[Piece]


@dataclass(frozen=True, slots=True)
class Band:
    """A part of the page from top to bottom: two columns, or what spans them on the ``left``."""

    left: tuple[Piece, ...]
    right: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class _Side:
    """How many rows one side of a gutter has, of how many cells and characters each."""

    rows: int
    cells: float
    width: float


def bands_of(pieces: Sequence[Piece]) -> list[Band]:
    """Return the bands of the page, from top to bottom; one if there are no columns."""
    edges = Counter(round(piece.box.left) for piece in pieces)
    rows = rows_of(pieces)
    best: list[Band] = []
    most = 0
    for edge, _ in edges.most_common(_MOST_EDGES):
        if sum(edges[near] for near in (edge - 1, edge, edge + 1)) < _FEWEST_ROWS:
            break
        bands = list(_bands(rows, edge - 1.0))
        placed = sum(len(band.left) + len(band.right) for band in bands if band.right)
        if placed > max(most, _FEWEST_PLACED):
            best, most = bands, placed
    return best or [Band(tuple(pieces))]


def _bands(rows: Sequence[Row], edge: float) -> Iterator[Band]:
    """Yield the bands that a gutter makes which ends at this edge."""
    spanning: list[Piece] = []
    run: list[Row] = []
    for row in [*rows, []]:
        if row and not any(_crosses(piece, edge) for piece in row):
            run.append(row)
            continue
        for part in _parted(run, edge, rows):
            if not part.right:
                spanning += part.left
                continue
            if spanning:
                yield Band(tuple(spanning))
                spanning = []
            yield part
        spanning += row
        run = []
    if spanning:
        yield Band(tuple(spanning))


def _crosses(piece: Piece, edge: float) -> bool:
    return piece.box.left < edge - _EDGE_POINTS and piece.box.right > edge - _GUTTER_POINTS


def _parted(run: Sequence[Row], edge: float, page: Sequence[Row]) -> Iterator[Band]:
    """Yield a run of rows as columns, without rows of tables, headers and footers around it."""
    first = _outside(run, page)
    last = len(run) - _outside(run[::-1], page[::-1])
    columns = _columns(run[first:last], edge)
    if columns is None:
        first, last = len(run), len(run)
    for rows in (run[:first], run[last:]):
        if rows:
            yield Band(tuple(piece for row in rows for piece in row))
        if columns:
            yield columns
            columns = None


def _outside(run: Sequence[Row], page: Sequence[Row]) -> int:
    """Return how many rows at the beginning of a run are a header of the page, or a table's."""
    if len(run) < 2:
        return 0
    header = int(run[0] == page[0] and _is_apart(run))
    cells = [_count_cells(row) for row in run]
    most = max(2.0, median(cells))
    table = next((number for number, count in enumerate(cells[header:]) if count <= most), 0)
    return header + (table if table >= 2 else 0)


def _is_apart(run: Sequence[Row]) -> bool:
    """Return whether the first row is far from the others, and none of its pieces fills a line."""
    heights = [row[0].box.down for row in run]
    usual = median(abs(one - other) for one, other in pairwise(heights))
    widest = max(piece.box.width for row in run for piece in row)
    fills = any(piece.box.width > _FULL * widest for piece in run[0])
    return abs(heights[0] - heights[1]) > _FAR * usual and not fills


def _columns(rows: Sequence[Row], edge: float) -> Band | None:
    if len(rows) < _FEWEST_ROWS:
        return None
    left = [piece for row in rows for piece in row if piece.box.left < edge - _EDGE_POINTS]
    right = [piece for row in rows for piece in row if piece.box.left >= edge - _EDGE_POINTS]
    if min(len(left), len(right)) < _FEWEST_ROWS:
        return None
    sides = _side(left), _side(right)
    if not all(map(_is_column, sides)):
        return None
    prose = [side.cells <= _MOST_CELLS_PER_ROW for side in sides]
    long = any(side.rows >= _LONG for side, found in zip(sides, prose, strict=True) if found)
    if not any(prose) or not (all(prose) or long or _has_columns(right if prose[0] else left)):
        return None
    return Band(_in_given_order(left), _in_given_order(right))


def _has_columns(pieces: Sequence[Piece]) -> bool:
    return any(band.right for band in bands_of(pieces))


def _in_given_order(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    return tuple(sorted(pieces, key=lambda piece: piece.position))


def _side(pieces: Sequence[Piece]) -> _Side:
    rows = rows_of(piece for piece in pieces if not piece.rows)
    if len(rows) < _FEWEST_ROWS:
        return _Side(0, 0.0, 0.0)
    widths = [sum(columns_taken(piece.text) for piece in row) for row in rows]
    return _Side(len(rows), sum(map(_count_cells, rows)) / len(rows), median(widths))


def _is_column(side: _Side) -> bool:
    """Return whether these are lines, and not cells or labels."""
    return side.rows >= _FEWEST_ROWS and side.width >= _NARROWEST_LINE


def _count_cells(row: Row) -> int:
    """Return how many parts a row has; the spaces of justified lines part nothing."""
    gaps = (
        after.box.left - piece.box.right > _CELL_GAP * piece.words[-1].em
        for piece, after in pairwise(row)
    )
    return 1 + sum(gaps)
