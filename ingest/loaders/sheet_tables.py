"""What stands on a sheet: captions, header rows, and rows below them."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ingest.loaders.blocks import repeated_label
from ingest.loaders.sheet_grid import CellBudget, Sheet, Span

_MOST_HEADER_ROWS = 3
_MOST_HEADER_COLUMNS = 1_000
_LONGEST_LABEL = 80
_NUMBER = re.compile(r"[^\w]*\d[\d.,:/%\s()+\-]*")
_YEAR_OR_MONTH = re.compile(r"(?:19|20)\d\d(?:[-./]\d{1,2})?\.?")


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table: lines that stood above it, the header (empty where there is none), its rows.

    Without rows it is only lines of text.
    """

    captions: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)
    columns: tuple[int, ...] = ()


def tables_of(sheet: Sheet) -> list[SheetTable]:
    """Return the tables from top to bottom, cells of merged rows repeating their label.

    Blank lines part tables, except where what follows looks like more rows of the one above.
    """
    tables: list[SheetTable] = []
    spans = _spans_by_first_row(sheet)
    _repeat_labels(sheet)
    for region in _regions(sheet):
        table = _table(sheet, region, spans)
        above = tables[-1] if tables else None
        if above is not None and _continues(sheet, region, above):
            above.rows.extend(_row(sheet, row, above.columns) for row in region)
        elif above is not None and table.columns and not above.columns:
            tables[-1] = SheetTable(
                (*above.captions, *table.captions), table.header, table.rows, table.columns
            )
        else:
            tables.append(table)
    return tables


def _regions(sheet: Sheet) -> Iterator[list[int]]:
    """Yield the rows that stand together; a blank line below a header parts nothing."""
    waiting: list[int] = []
    for region in sheet.regions():
        if waiting and not _begins_below(sheet, region, waiting):
            yield waiting
            waiting = []
        waiting += region
        full = [row for row in waiting if len(sheet.rows[row]) > 1]
        if not full or full[-1] != waiting[-1] or len(full) > _MOST_HEADER_ROWS:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _begins_below(sheet: Sheet, region: list[int], header: list[int]) -> bool:
    """Return whether rows with numbers begin below a last row without, in the same columns."""
    above, below = sheet.rows[header[-1]], sheet.rows[region[0]]
    if len(above) < 3 or _numbers(above.values()) or not _numbers(below.values()):
        return False
    return len(above.keys() - below.keys()) <= 1


def header_and_rows(rows: Sequence[Sequence[str]], budget: CellBudget) -> SheetTable:
    """Return the table of a file whose first line of several cells is its header."""
    budget.check_area(len(rows), max(map(len, rows)))
    first = next((place for place, row in enumerate(rows) if _filled(row) > 1), 0)
    captions = tuple(" ".join(row) for row in rows[:first])
    return SheetTable(captions, tuple(rows[first]), [tuple(row) for row in rows[first + 1 :]])


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _spans_by_first_row(sheet: Sheet) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    for span in sheet.spans:
        found.setdefault(span.first_row, []).append(span)
    return found


def _repeat_labels(sheet: Sheet) -> None:
    """Write the label of cells merged over rows into each of them that has other cells."""
    numbers = sorted(row for row, cells in sheet.rows.items() if cells)
    for span in sheet.spans:
        label = repeated_label(sheet.rows.get(span.first_row, {}).get(span.first_column, ""))
        first, last = (bisect_right(numbers, row) for row in (span.first_row, span.last_row))
        for row in numbers[first:last] if label else ():
            sheet.put(row, span.first_column, label)


def _table(sheet: Sheet, region: list[int], spans: dict[int, list[Span]]) -> SheetTable:
    """Return a region as a table; lines of one cell above it, or without it, are captions."""
    first = next((place for place, row in enumerate(region) if len(sheet.rows[row]) > 1), None)
    if first is not None and _is_caption(sheet, region[first:], spans):
        first += 1
    lines = region if first is None else region[:first]
    captions = tuple(text for row in lines for text in sheet.rows[row].values())
    if first is None:
        return SheetTable(captions)
    body = region[first:]
    columns = tuple(sorted({column for row in body for column in sheet.rows[row]}))
    sheet.budget.check_area(len(body), len(columns))
    depth = _header_depth(sheet, body, spans)
    header = _header(sheet, body[:depth], columns, spans) if depth else ()
    rows = [_row(sheet, row, columns) for row in body[depth:]]
    return SheetTable(captions, header, rows, columns)


def _is_caption(sheet: Sheet, region: list[int], spans: dict[int, list[Span]]) -> bool:
    """Return whether two lone cells, as a unit and a date, stand above the row of the header."""
    if len(region) < 2 or len(sheet.rows[region[0]]) != 2 or _merged_across(spans, region[0]):
        return False
    below = sheet.rows[region[1]].values()
    return len(below) > 3 and _numbers(below) == 0


def _merged_across(spans: dict[int, list[Span]], row: int) -> bool:
    return any(span.last_column > span.first_column for span in spans.get(row, []))


def _row(sheet: Sheet, row: int, columns: Sequence[int]) -> tuple[str, ...]:
    return tuple(sheet.rows[row].get(column, "") for column in columns)


def _continues(sheet: Sheet, region: list[int], above: SheetTable) -> bool:
    """Return whether the region has no header of its own and lies below the columns above."""
    if not above.header:
        return False
    columns = {column for row in region for column in sheet.rows[row]}
    first = sheet.rows[region[0]].values()
    is_data = len(region) == 1 or _numbers(first) > 0 or max(map(len, first)) > _LONGEST_LABEL
    return len(columns) > 1 and columns <= set(above.columns) and is_data


def _header_depth(sheet: Sheet, body: list[int], spans: dict[int, list[Span]]) -> int:
    """Return how many rows the header has, by the cells merged in the first; 0 without header."""
    cells = sheet.rows[body[0]].values()
    mostly_numbers = 2 * _numbers(cells) > len(cells)
    if len(body) < 2 or mostly_numbers or max(map(len, cells)) > _LONGEST_LABEL:
        return 0
    heights = (span.last_row - span.first_row + 1 for span in spans.get(body[0], []))
    depth = max(*heights, 2 if _merged_across(spans, body[0]) else 1, 1)
    return depth if depth <= min(_MOST_HEADER_ROWS, len(body) - 1) else 1


def _numbers(cells: Iterable[str]) -> int:
    """Return how many cells are numbers other than years and months, which head columns too."""
    return sum(
        1
        for text in cells
        if _NUMBER.fullmatch(text) and not _YEAR_OR_MONTH.fullmatch(text.strip())
    )


def _header(
    sheet: Sheet, rows: list[int], columns: Sequence[int], spans: dict[int, list[Span]]
) -> tuple[str, ...]:
    """Return one label a column: what stands above it in all rows of the header."""
    labels: list[list[str]] = [[] for _ in columns]
    for row in rows:
        across = {
            column: sheet.rows[row].get(span.first_column, "")
            for span in spans.get(row, [])[:_MOST_HEADER_COLUMNS]
            for column in columns[:_MOST_HEADER_COLUMNS]
            if span.first_column <= column <= span.last_column
        }
        for column, label in zip(columns, labels, strict=True):
            text = sheet.rows[row].get(column) or across.get(column, "")
            if text and text not in label:
                label.append(text)
    return tuple(" ".join(label) for label in labels)
