"""Tables of OpenDocument texts and slides, with merged cells put in their places."""

from collections.abc import Callable, Iterator

from lxml.etree import _Element as Element

from ingest.loaders.blocks import repeated_label
from ingest.loaders.odf_names import odf

_MOST_COLUMNS = 100
_CELLS = frozenset({odf("table:table-cell"), odf("table:covered-table-cell")})
_GROUPS = frozenset(
    odf(f"table:table-{part}") for part in ("header-rows", "rows", "row-group", "source")
)
_HIDDEN = frozenset({"collapse", "filter"})


def is_data_table(table: Element) -> bool:
    """Return whether the table has columns and no table inside."""
    if next(table.iterdescendants(odf("table:table")), None) is not None:
        return False
    return any(len(list(cells_of(row))) > 1 for row in rows_of(table))


def rows_of(container: Element) -> Iterator[Element]:
    """Yield the rows, groups and header rows opened."""
    for child in container:
        if child.tag == odf("table:table-row"):
            yield child
        elif child.tag in _GROUPS:
            yield from rows_of(child)


def cells_of(row: Element) -> Iterator[Element]:
    """Yield the cells of a row, covered ones too."""
    return (cell for cell in row if cell.tag in _CELLS)


def is_hidden(line: Element) -> bool:
    """Return whether a row or a column is hidden or filtered out."""
    return line.get(odf("table:visibility")) in _HIDDEN


def repeated(element: Element, what: str) -> int:
    """Return how many times a row or a cell stands there: ``what`` is "rows" or "columns"."""
    return number(element, f"table:number-{what}-repeated")


def number(element: Element, attribute: str) -> int:
    """Return a count that an attribute gives, 1 where it gives none."""
    value = element.get(odf(attribute), "1")
    return max(int(value), 1) if value.isascii() and value.isdigit() else 1


def table_rows(table: Element, text_of: Callable[[Element], str]) -> list[list[str]]:
    """Return the visible rows; a label merged over rows is repeated in each."""
    hanging: dict[int, tuple[int, str]] = {}
    return [_row(row, hanging, text_of) for row in rows_of(table) if not is_hidden(row)]


def _row(
    row: Element, hanging: dict[int, tuple[int, str]], text_of: Callable[[Element], str]
) -> list[str]:
    texts: list[str] = []
    for cell in cells_of(row):
        column = len(texts)
        left, label = hanging.pop(column, (0, ""))
        if left > 0:
            hanging[column] = (left - 1, label)
        covered = cell.tag == odf("table:covered-table-cell")
        text = (label if left else "") if covered else text_of(cell)
        spanned = 0 if covered else number(cell, "table:number-rows-spanned") - 1
        if spanned:
            hanging[column] = (spanned, repeated_label(text))
        texts += [text] * min(repeated(cell, "columns"), _MOST_COLUMNS)
    return texts[:_MOST_COLUMNS]
