"""Tables of a slide: rows of cell texts, with merged cells put in their places."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from ingest.loaders.blocks import repeated_label
from ingest.loaders.pptx_text import drawing, paragraph_texts

_TRUE = frozenset({"1", "true"})


def table_rows(table: Element) -> list[list[str]]:
    """Return the rows; a label merged over rows is repeated in each, so that a row reads alone."""
    rows: list[list[str]] = []
    for row in table.iterfind(drawing("tr")):
        rows.append(list(_texts(row, rows[-1] if rows else [])))
    return rows


def _texts(row: Element, above: list[str]) -> Iterator[str]:
    for column, cell in enumerate(row.iterfind(drawing("tc"))):
        if cell.get("hMerge") in _TRUE:
            yield ""
        elif cell.get("vMerge") in _TRUE:
            yield repeated_label(above[column]) if column < len(above) else ""
        else:
            yield " ".join(paragraph_texts(cell))
