"""Tables of a Word document: rows of cell texts, with merged cells put in their places."""

from collections.abc import Callable, Iterator

from lxml.etree import _Element as Element

from ingest.loaders.blocks import repeated_label
from ingest.loaders.docx_styles import word

Text = Callable[[Element], str]
"""Returns what a paragraph says."""

_MOST_COLUMNS = 100


def is_data_table(table: Element) -> bool:
    """Return whether the table has columns and no table inside."""
    if table.find(f".//{word('tbl')}") is not None:
        return False
    return any(len(_cells(row)) > 1 for row in table.iter(word("tr")))


def table_rows(table: Element, text: Text) -> list[list[str]]:
    """Return the rows; a cell merged over columns has its text in the first.

    A label merged over rows is repeated in each, so that a row can be read alone.
    """
    rows: list[list[str]] = []
    for row in table.iter(word("tr")):
        above = rows[-1] if rows else []
        rows.append(list(_texts(row, above, text))[:_MOST_COLUMNS])
    return rows


def _texts(row: Element, above: list[str], text: Text) -> Iterator[str]:
    column = 0
    for cell in _cells(row):
        properties = cell.find(word("tcPr"))
        span = _value(properties, "gridSpan")
        continued = _value(properties, "vMerge") in {"", "continue"}
        label = above[column] if continued and column < len(above) else ""
        width = min(int(span), _MOST_COLUMNS) if span and span.isdigit() else 1
        yield repeated_label(label) if continued else _cell_text(cell, text)
        yield from [""] * (width - 1)
        column += width


def _cells(row: Element) -> list[Element]:
    return list(row.iter(word("tc")))


def _cell_text(cell: Element, text: Text) -> str:
    return " ".join(filter(None, map(text, cell.iter(word("p")))))


def _value(properties: Element | None, tag: str) -> str | None:
    """Return a cell property's value: nothing in it is "", no such property is None."""
    found = None if properties is None else properties.find(word(tag))
    return None if found is None else str(found.get(word("val"), ""))
