"""The visible cells of a workbook in the old Excel format."""

from collections.abc import Iterator
from typing import Any

from ingest.loaders.sheet_grid import CellBudget, Sheet, Span
from ingest.loaders.sheet_numbers import GENERAL, shown_number, shown_text


def visible_sheets(book: Any, budget: CellBudget) -> Iterator[Sheet]:  # noqa: ANN401 - no types
    """Yield the sheets that are not hidden, one in memory at a time."""
    for number in range(book.nsheets):
        found = book.sheet_by_index(number)
        if found.visibility == 0:
            yield _sheet(book, found, budget)
        book.unload_sheet(number)


def _sheet(book: Any, found: Any, budget: CellBudget) -> Sheet:  # noqa: ANN401 - no types
    sheet = Sheet(found.name, budget)
    hidden = {column for column, info in found.colinfo_map.items() if info.hidden}
    for number in range(found.nrows):
        row = found.rowinfo_map.get(number)
        if row is not None and row.hidden:
            sheet.hide(number)
            continue
        for column in range(found.row_len(number)):
            if column not in hidden:
                sheet.put(number, column, _shown(book, found.cell(number, column)))
    for first_row, after_row, first_column, after_column in found.merged_cells:
        sheet.spans.append(Span(first_row, after_row - 1, first_column, after_column - 1))
    return sheet


def _shown(book: Any, cell: Any) -> str:  # noqa: ANN401 - xlrd has no types
    """Return the text of a cell as Excel shows it; errors are blank."""
    import xlrd

    if cell.ctype in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
        return shown_number(cell.value, _code(book, cell), since_1904=book.datemode == 1)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    return shown_text(cell.value, _code(book, cell)) if cell.ctype == xlrd.XL_CELL_TEXT else ""


def _code(book: Any, cell: Any) -> str:  # noqa: ANN401 - xlrd has no types
    if not 0 <= cell.xf_index < len(book.xf_list):
        return GENERAL
    found = book.format_map.get(book.xf_list[cell.xf_index].format_key)
    return GENERAL if found is None else found.format_str or GENERAL
