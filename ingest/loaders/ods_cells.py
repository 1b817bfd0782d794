"""The visible cells of an OpenDocument sheet, which stores what a person sees beside each value."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from ingest.loaders.odf_names import odf
from ingest.loaders.odf_styles import Styles
from ingest.loaders.odf_table import cells_of, is_hidden, number, repeated, rows_of
from ingest.loaders.odf_text import paragraph_text
from ingest.loaders.sheet_grid import CellBudget, Sheet, Span

_MOST_COLUMNS = 16_384
_MOST_HIDDEN_ROWS = 10_000
_COLUMN_GROUPS = frozenset(
    odf(f"table:table-{part}") for part in ("columns", "header-columns", "column-group")
)
_VALUES = tuple(
    odf(f"office:{part}") for part in ("string-value", "date-value", "time-value", "value")
)


def read_sheet(table: Element, styles: Styles, budget: CellBudget) -> Sheet:
    """Return the sheet; raise FileTooLargeError when repeated cells make it too large."""
    sheet = Sheet(table.get(odf("table:name"), ""), budget)
    hidden = _hidden_columns(table)
    first = 0
    for row in rows_of(table):
        count = repeated(row, "rows")
        _read_row(sheet, row, range(first, first + count), (hidden, styles))
        first += count
    return sheet


def _hidden_columns(table: Element) -> set[int]:
    hidden: set[int] = set()
    first = 0
    for column in _columns(table):
        count = repeated(column, "columns")
        if is_hidden(column):
            hidden.update(range(first, min(first + count, _MOST_COLUMNS)))
        first += count
    return hidden


def _columns(container: Element) -> Iterator[Element]:
    for child in container:
        if child.tag == odf("table:table-column"):
            yield child
        elif child.tag in _COLUMN_GROUPS:
            yield from _columns(child)


def _read_row(sheet: Sheet, row: Element, numbers: range, rules: tuple[set[int], Styles]) -> None:
    hidden, styles = rules
    if is_hidden(row):
        for place in numbers[:_MOST_HIDDEN_ROWS]:
            sheet.hide(place)
        return
    column = 0
    for cell in cells_of(row):
        count = min(repeated(cell, "columns"), _MOST_COLUMNS - column)
        if count <= 0:
            return
        text = _shown(cell, styles)
        shown = [place for place in range(column, column + count) if place not in hidden]
        if text and shown:
            for place in numbers:
                for shown_column in shown:
                    sheet.put(place, shown_column, text)
            sheet.spans.extend(_spans(cell, numbers[0], column))
        column += count


def _spans(cell: Element, row: int, column: int) -> Iterator[Span]:
    height = number(cell, "table:number-rows-spanned")
    width = number(cell, "table:number-columns-spanned")
    if height * width > 1:
        yield Span(row, row + height - 1, column, column + width - 1)


def _shown(cell: Element, styles: Styles) -> str:
    """Return what the cell shows; its value where the file says nothing about that."""
    if cell.tag == odf("table:covered-table-cell"):
        return ""
    lines = cell.findall(odf("text:p"))
    if not lines:
        return next((str(cell.get(value)) for value in _VALUES if cell.get(value)), "")
    return "\n".join(paragraph_text(line, styles) for line in lines).strip()
