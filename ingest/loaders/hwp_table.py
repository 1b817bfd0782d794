"""Tables of a Hangul document: rows of cell texts, with merged cells put in their places."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby

from ingest.loaders.blocks import repeated_label
from ingest.loaders.hwp_model import Box, Cell, Paragraph, Table

CellReader = Callable[[tuple[Paragraph, ...]], str]
_MOST_COLUMNS = 100


def is_data_table(table: Table) -> bool:
    """Return whether the table has columns; others are frames around paragraphs."""
    return any(len(cells) > 1 for cells in rows_of_cells(table))


def rows_of_cells(table: Table) -> list[list[Cell]]:
    """Return the cells row by row, from left to right."""
    ordered = sorted(table.cells, key=lambda cell: (cell.row, cell.column))
    return [list(cells) for _, cells in groupby(ordered, key=lambda cell: cell.row)]


def framed(cells: list[Cell]) -> Cell | None:
    """Return the only cell of a row that holds anything, if a table of data is part of that.

    Such a row frames a part of the page and is no data.
    """
    filled = [cell for cell in cells if any(map(_holds_anything, cell.paragraphs))]
    if len(filled) == 1 and any(map(is_data_table, _tables_within(filled[0].paragraphs))):
        return filled[0]
    return None


def table_rows(rows: Iterable[list[Cell]], read: CellReader) -> list[list[str]]:
    """Return the rows; a cell merged over columns has its text in the first.

    A label merged over rows is repeated in each, so that a row can be read alone. Columns in
    which no cell begins are left out: Hangul cuts a table into columns wherever any edge is.
    """
    placed = [_places(cells, read) for cells in rows]
    hanging: dict[int, tuple[int, str]] = {}
    filled = []
    for number, places in placed:
        row = {column: text for column, (text, _) in places.items()}
        for column, (last, label) in hanging.items():
            if number <= last:
                row.setdefault(column, label)
        for column, (text, span) in places.items():
            hanging[column] = (number + span - 1, repeated_label(text))
        filled.append(row)
    columns = sorted({column for row in filled for column in row})[:_MOST_COLUMNS]
    return [[row.get(column, "") for column in columns] for row in filled]


def _places(cells: list[Cell], read: CellReader) -> tuple[int, Mapping[int, tuple[str, int]]]:
    """Return the number of the row, and by column the text and how many rows it spans."""
    texts = {cell.column: (read(cell.paragraphs), cell.row_span) for cell in cells}
    return cells[0].row, texts


def _holds_anything(paragraph: Paragraph) -> bool:
    return any(not isinstance(piece, str) or piece.strip() for piece in paragraph.pieces)


def _tables_within(paragraphs: Iterable[Paragraph]) -> Iterator[Table]:
    for paragraph in paragraphs:
        for piece in paragraph.pieces:
            if isinstance(piece, Table):
                yield piece
                for cell in piece.cells:
                    yield from _tables_within(cell.paragraphs)
            elif isinstance(piece, Box):
                yield from _tables_within(piece.paragraphs)
