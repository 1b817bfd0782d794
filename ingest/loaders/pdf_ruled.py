"""Tables between ruled lines: words find their cells."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from ingest.loaders.blocks import repeated_label
from ingest.loaders.pdf_cells import cell_text, rows_within, without_empty
from ingest.loaders.pdf_grid import Cell, Grid, grids
from ingest.loaders.pdf_model import Piece, Rows, Word, around
from ingest.loaders.pdf_rules import Rules

_LONGEST_CELL = 1_500
_FEWEST_FILLED = 0.4
_FEWEST_CELLS = 6
_MOST_RULED_ROWS = 4
_WIDEST_SPAN = 2


def ruled_tables(words: Sequence[Word], rules: Rules) -> Iterator[Piece]:
    """Yield the tables whose lines are drawn; those inside of other tables come first."""
    taken: set[int] = set()
    for grid in grids(rules):
        inside = [word for word in words if word.position not in taken and _is_within(word, grid)]
        held = _held(grid, inside)
        rows = _rows(grid, held)
        if not any(map(_is_frame, held)) and _is_table(rows):
            taken.update(word.position for word in inside)
            yield Piece(tuple(inside), around(word.box for word in inside), rows)


def _is_within(word: Word, grid: Grid) -> bool:
    return (
        word.upright
        and grid.across[0] <= word.box.across <= grid.across[-1]
        and grid.down[0] <= word.box.down <= grid.down[-1]
    )


def _is_frame(cell: Cell) -> bool:
    """Return whether a cell is so large that it frames a part of the page."""
    return min(cell.row_span, cell.column_span) > _WIDEST_SPAN


def _rows(grid: Grid, held: Mapping[Cell, Sequence[Word]]) -> Rows:
    """Return the rows of texts; rows and columns without any are left out."""
    return without_empty(
        [texts for row in range(len(grid.down) - 1) for texts in _texts(grid, row, held)]
    )


def _held(grid: Grid, words: Sequence[Word]) -> dict[Cell, list[Word]]:
    """Return the words of each cell, by where their middles lie."""
    places = {
        (row, column): cell
        for cell in grid.cells
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    }
    held: dict[Cell, list[Word]] = {}
    for word in words:
        row = bisect_right(grid.down, word.box.down) - 1
        column = bisect_right(grid.across, word.box.across) - 1
        if (row, column) in places:
            held.setdefault(places[row, column], []).append(word)
    return held


def _texts(grid: Grid, row: int, held: Mapping[Cell, Sequence[Word]]) -> Iterator[list[str]]:
    """Yield the texts between two lines; a label that spans rows is repeated in each."""
    begun = {cell.column: words for cell, words in held.items() if cell.row == row}
    hanging = {
        cell.column: repeated_label(cell_text(words))
        for cell, words in held.items()
        if cell.row < row < cell.row + cell.row_span
    }
    within = rows_within(begun) if begun and len(grid.down) <= _MOST_RULED_ROWS else []
    for texts in within or [{column: cell_text(words) for column, words in begun.items()}]:
        yield [texts.get(column, hanging.get(column, "")) for column in range(len(grid.across) - 1)]


def _is_table(rows: Rows) -> bool:
    """Return whether this is data, and not a form, a frame or the ground of a drawing."""
    if len(rows) < 2 or len(rows[0]) < 2 or len(rows) * len(rows[0]) < _FEWEST_CELLS:
        return False
    filled = [sum(map(bool, row)) for row in rows]
    longest = max(len(text) for row in rows for text in row)
    return (
        sum(count >= 2 for count in filled) >= 2
        and sum(filled) >= _FEWEST_FILLED * len(rows) * len(rows[0])
        and longest <= _LONGEST_CELL
    )
