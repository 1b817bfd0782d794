"""Tables of a Hangul document: rows of cell texts, with merged cells put in their places."""

from collections.abc import Callable, Iterable, Iterator, Sequence
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


def table_rows(rows: Sequence[list[Cell]], read: CellReader) -> list[list[str]]:
    """Return the rows; a cell merged over columns has its text in the first.

    A label merged over rows is repeated in each, so that a row can be read alone. Columns in
    which no cell begins are left out: Hangul cuts a table into columns wherever any edge is.
    """
    columns = sorted({cell.column for cells in rows for cell in cells})[:_MOST_COLUMNS]
    hanging: dict[int, tuple[int, str]] = {}
    return [_row(cells, columns, hanging, read) for cells in rows]


def _row(
    cells: list[Cell],
    columns: list[int],
    hanging: dict[int, tuple[int, str]],
    read: CellReader,
) -> list[str]:
    """Return the texts of a row; ``hanging`` has the last rows and labels of merged cells."""
    number = cells[0].row
    for column, (last, _) in list(hanging.items()):
        if last < number:
            del hanging[column]
    texts = {column: label for column, (_, label) in hanging.items()}
    for cell in cells:
        texts[cell.column] = read(cell.paragraphs)
        if cell.row_span > 1 and cell.column in columns:
            label = repeated_label(texts[cell.column])
            hanging[cell.column] = (number + cell.row_span - 1, label)
    return [texts.get(column, "") for column in columns]


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
