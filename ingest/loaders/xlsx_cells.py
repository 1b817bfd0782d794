"""The cells of a worksheet, read from its stream row by row, so that memory stays small."""

import re
from collections.abc import Sequence
from typing import IO, NamedTuple

from lxml.etree import _Element as Element

from ingest.loaders.office_package import streamed
from ingest.loaders.sheet_grid import Sheet, Span
from ingest.loaders.sheet_numbers import GENERAL, shown_number, shown_text

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _COLUMN, _MERGED = f"{_MAIN}row", f"{_MAIN}col", f"{_MAIN}mergeCell"
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_TRUE = frozenset({"1", "true"})
_MOST_COLUMNS = 16_384


class SharedParts(NamedTuple):
    """What the cells of all sheets point to; ``since_1904`` moves the days that dates count."""

    strings: Sequence[str]
    formats: Sequence[str]
    since_1904: bool


def read_cells(part: IO[bytes], sheet: Sheet, shared: SharedParts) -> None:
    """Write the visible cells and the merged ranges of a worksheet into ``sheet``."""
    hidden: set[int] = set()
    number = -1
    for element in streamed(part, (_ROW, _COLUMN, _MERGED)):
        if element.tag == _COLUMN:
            hidden.update(_hidden_columns(element))
        elif element.tag == _MERGED:
            sheet.spans.extend(_span(element.get("ref", "")))
        else:
            number = int(element.get("r", number + 2)) - 1
            _read_row(element, number, sheet, (hidden, shared))


def string_text(item: Element) -> str:
    """Return the text of a string, its runs joined, without the readings of Hanja and Kanji."""
    runs = item.iter(f"{_MAIN}t")
    return "".join(run.text or "" for run in runs if run.getparent().tag != f"{_MAIN}rPh")


def _hidden_columns(element: Element) -> range:
    is_hidden = element.get("hidden") in _TRUE or element.get("width") == "0"
    first, last = int(element.get("min", "1")), int(element.get("max", "1"))
    return range(first - 1, min(last, _MOST_COLUMNS)) if is_hidden else range(0)


def _span(reference: str) -> list[Span]:
    """Return the merged range, none for what is no range."""
    first, _, last = reference.partition(":")
    ends = [_REFERENCE.fullmatch(end) for end in (first, last)]
    if ends[0] is None or ends[1] is None:
        return []
    (row, column), (last_row, last_column) = (_place(end) for end in ends if end)
    return [Span(row, last_row, column, last_column)]


def _place(match: re.Match[str]) -> tuple[int, int]:
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _read_row(
    element: Element, number: int, sheet: Sheet, rules: tuple[set[int], SharedParts]
) -> None:
    hidden_columns, shared = rules
    if element.get("hidden") in _TRUE or element.get("ht") == "0":
        sheet.hide(number)
        return
    column = -1
    for cell in element:
        match = _REFERENCE.fullmatch(cell.get("r", ""))
        column = _place(match)[1] if match else column + 1
        if column not in hidden_columns:
            sheet.put(number, column, _shown(cell, shared))


def _shown(cell: Element, shared: SharedParts) -> str:
    """Return the text of a cell as Excel shows it; errors and formulas without value are blank."""
    kind = cell.get("t", "n")
    style = int(cell.get("s", "0"))
    code = shared.formats[style] if style < len(shared.formats) else GENERAL
    if kind == "inlineStr":
        return shown_text(string_text(cell), code)
    value = cell.findtext(f"{_MAIN}v") or ""
    if not value or kind == "e":
        return ""
    if kind == "s":
        return shown_text(shared.strings[int(value)], code)
    if kind == "b":
        return "TRUE" if value in _TRUE else "FALSE"
    if kind in {"str", "d"}:
        return shown_text(value, code)
    return shown_number(float(value), code, since_1904=shared.since_1904)
