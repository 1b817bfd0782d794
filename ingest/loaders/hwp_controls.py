"""The controls of a HWP 5 paragraph that show text: tables, boxes, notes, equations, numbers."""

import struct
from collections.abc import Callable, Iterable, Iterator

from ingest.loaders.hwp_model import Box, Cell, Note, Paragraph, Piece, Table
from ingest.loaders.hwp_records import EQUATION, LIST, PARAGRAPH, SHAPE, TABLE, Record
from ingest.loaders.hwp_text import counted_text

ParagraphReader = Callable[[Record], Paragraph]
_NUMBERS_OF_OBJECTS = frozenset({3, 4, 5})


def control_piece(control: Record, read: ParagraphReader) -> Piece:
    """Return what the control shows, "" for those that show nothing in the text.

    Headers and footers repeat on each page and hidden comments are hidden: they are left out,
    and so are sections, columns, bookmarks and the beginnings of fields, whose text follows.
    """
    kind = control.payload[3::-1]
    if kind == b"tbl ":
        return _table(control, read)
    if kind == b"gso ":
        return _box(control, read)
    if kind in {b"fn  ", b"en  "}:
        number = int.from_bytes(control.payload[4:8], "little")
        return Note(str(number), tuple(_paragraphs(control.children, read)))
    return _text(kind, control)


def _text(kind: bytes, control: Record) -> str:
    if kind == b"eqed":
        scripts = (child.payload for child in control.children if child.tag == EQUATION)
        return " ".join(counted_text(script, 4)[0] for script in scripts)
    if kind == b"atno":
        return _number(control.payload)
    if kind == b"tdut":
        base, end = counted_text(control.payload, 4)
        gloss, _ = counted_text(control.payload, end)
        return f"{base}({gloss})" if gloss.strip() else base
    return counted_text(control.payload, 4)[0] if kind == b"tcps" else ""


def _number(payload: bytes) -> str:
    """Return the number of a table, picture or equation; others stand where nobody cites them."""
    properties, number, _own, before, after = struct.unpack_from("<IHHHH", payload, 4)
    if properties & 0xF not in _NUMBERS_OF_OBJECTS:
        return ""
    return f"{chr(before)}{number}{chr(after)}".replace("\x00", "")


def _box(control: Record, read: ParagraphReader) -> Box:
    shapes = [child for child in control.children if child.tag == SHAPE]
    inside = [paragraph for shape in shapes for paragraph in _drawn(shape, read)]
    caption = _paragraphs(control.children, read)
    return Box((*inside, *caption), _is_in_line(control))


def _drawn(shape: Record, read: ParagraphReader) -> Iterator[Paragraph]:
    """Yield the text inside a shape and the shapes that it groups."""
    for child in shape.children:
        if child.tag == PARAGRAPH:
            yield read(child)
        elif child.tag == SHAPE:
            yield from _drawn(child, read)


def _table(control: Record, read: ParagraphReader) -> Table:
    """Return the table; what stands before the table's own record is its caption."""
    tags = [child.tag for child in control.children]
    start = tags.index(TABLE) if TABLE in tags else 0
    caption = tuple(_paragraphs(control.children[:start], read))
    cells = tuple(_cells(control.children[start:], read))
    return Table(cells, caption, _is_in_line(control))


def _cells(records: Iterable[Record], read: ParagraphReader) -> Iterator[Cell]:
    head: Record | None = None
    inside: list[Paragraph] = []
    for record in records:
        if record.tag == LIST:
            if head is not None:
                yield _cell(head, inside)
            head, inside = record, []
        elif record.tag == PARAGRAPH:
            inside.append(read(record))
    if head is not None:
        yield _cell(head, inside)


def _cell(head: Record, paragraphs: list[Paragraph]) -> Cell:
    column, row, column_span, row_span = struct.unpack_from("<HHHH", head.payload, 8)
    return Cell(row, column, row_span, column_span, tuple(paragraphs))


def _paragraphs(records: Iterable[Record], read: ParagraphReader) -> Iterator[Paragraph]:
    return (read(record) for record in records if record.tag == PARAGRAPH)


def _is_in_line(control: Record) -> bool:
    return bool(int.from_bytes(control.payload[4:8], "little") & 1)
