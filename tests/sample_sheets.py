"""Small workbooks made in code: .xlsx by XlsxWriter, .xls record by record."""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import xlsxwriter

Cells = Sequence[Sequence[str | float | None]]


def xlsx_file(sheets: Mapping[str, Cells], *, title: str = "") -> bytes:
    """Return a workbook with these sheets."""

    def fill(book: xlsxwriter.Workbook) -> None:
        book.set_properties({"title": title})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)

    return workbook(fill)


def workbook(fill: Callable[[xlsxwriter.Workbook], Any]) -> bytes:
    """Return the workbook that ``fill`` writes into."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        fill(book)
    return target.getvalue()


@dataclass(frozen=True)
class OldSheet:
    """A sheet of an .xls file; cells are texts, or numbers with a format."""

    name: str
    rows: Sequence[Sequence[str | tuple[float, str] | None]]
    hidden: bool = False
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    merged: Sequence[tuple[int, int, int, int]] = ()
    formats: dict[str, int] = field(default_factory=dict)


def xls_file(*sheets: OldSheet, locked: bool = False) -> bytes:
    """Return a workbook of Excel 97: the bare stream of records, without the container."""
    codes = sorted(
        {cell[1] for sheet in sheets for row in sheet.rows for cell in row if _is_number(cell)}
    )
    formats = b"".join(
        _record(0x041E, struct.pack("<H", 164 + place) + _text(code))
        for place, code in enumerate(codes)
    )
    styles = b"".join(_style(key) for key in (0, *range(164, 164 + len(codes))))
    parts = [_sheet(sheet, codes) for sheet in sheets]
    head = _begin(0x0005) + (_record(0x002F, bytes(6)) if locked else b"")
    head += _record(0x0042, struct.pack("<H", 1200)) + formats + styles
    names = [_text(sheet.name, "<B") for sheet in sheets]
    start = len(head) + sum(10 + len(name) for name in names) + 4
    for sheet, name, part in zip(sheets, names, parts, strict=True):
        head += _record(0x0085, struct.pack("<IBB", start, sheet.hidden, 0) + name)
        start += len(part)
    return head + _record(0x000A, b"") + b"".join(parts)


def _is_number(cell: object) -> bool:
    return isinstance(cell, tuple)


def _sheet(sheet: OldSheet, codes: Sequence[str]) -> bytes:
    body = b"".join(
        _record(0x007D, struct.pack("<6H", column, column, 2048, 0, 1, 0))
        for column in sheet.hidden_columns
    )
    body += b"".join(
        _record(0x0208, struct.pack("<6HI", row, 0, 9, 255, 0, 0, 0x20))
        for row in sheet.hidden_rows
    )
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, tuple):
                place = struct.pack("<3H", row, column, 1 + codes.index(cell[1]))
                body += _record(0x0203, place + struct.pack("<d", cell[0]))
            elif cell:
                body += _record(0x0204, struct.pack("<3H", row, column, 0) + _text(cell))
    if sheet.merged:
        ranges = b"".join(struct.pack("<4H", *span) for span in sheet.merged)
        body += _record(0x00E5, struct.pack("<H", len(sheet.merged)) + ranges)
    return _begin(0x0010) + body + _record(0x000A, b"")


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<4H2I", 0x0600, kind, 0x0DBB, 1996, 0, 6))


def _style(number_format: int) -> bytes:
    return _record(
        0x00E0, struct.pack("<3H4B2IH", 0, number_format, 0xFFF0, 0, 0, 0, 0xFC, 0, 0, 0)
    )


def _text(text: str, length: str = "<H") -> bytes:
    return struct.pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<2H", kind, len(body)) + body
