"""Tables of a page: rows of cell texts, with spans put in their places."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from ingest.loaders.blocks import repeated_label
from ingest.loaders.html_visibility import Skip, element_text

_MOST_COLUMNS = 100
_MOST_ROWS_SPANNED = 1_000


def is_data_table(table: Element) -> bool:
    """Return whether this is a table of data; others lay out the page around headings or tables."""
    if table.find(".//table") is not None or table.xpath(".//h1|.//h2|.//h3|.//h4"):
        return False
    return any(len(_cells(row)) > 1 for row in _rows(table))


def table_rows(table: Element, skip: Skip) -> list[list[str]]:
    """Return the visible rows: a cell's text stands in its first column.

    A label that spans rows is repeated in each, so that a row can be read alone.
    """
    hanging: dict[int, tuple[int, str]] = {}
    return [_row(row, hanging, skip) for row in _rows(table) if not skip(row)]


def _row(row: Element, hanging: dict[int, tuple[int, str]], skip: Skip) -> list[str]:
    texts: list[str] = []
    for cell in _cells(row):
        _take_hanging(texts, hanging)
        text = "" if skip(cell) else element_text(cell, skip)
        rowspan = min(_span(cell, "rowspan"), _MOST_ROWS_SPANNED)
        for offset in range(min(_span(cell, "colspan"), _MOST_COLUMNS)):
            shown = text if offset == 0 else ""
            if rowspan > 1:
                hanging[len(texts)] = (rowspan - 1, repeated_label(shown))
            texts.append(shown)
    _take_hanging(texts, hanging)
    return texts[:_MOST_COLUMNS]


def _take_hanging(texts: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    """Append the cells of rows above that reach down to this place."""
    while len(texts) in hanging:
        left, text = hanging.pop(len(texts))
        if left > 1:
            hanging[len(texts)] = (left - 1, text)
        texts.append(text)


def _rows(table: Element) -> Iterator[Element]:
    for part in table:
        if part.tag == "tr":
            yield part
        elif part.tag in {"thead", "tbody", "tfoot"}:
            yield from part.iterfind("tr")


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def _span(cell: Element, attribute: str) -> int:
    value = cell.get(attribute, "1").strip()
    return max(int(value), 1) if value.isascii() and value.isdigit() and len(value) < 6 else 1
