"""Small HWP and HWPX documents made in code, for tests of both loaders and of what all promise."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from html import escape

from ingest.loaders.hwp_records import (
    CONTROL,
    EQUATION,
    LIST,
    PARAGRAPH,
    PARAGRAPH_SHAPE,
    SHAPE,
    STYLE,
    TABLE,
    TEXT,
)
from tests.sample_books import zip_file

SIGNATURE = b"HWP Document File".ljust(32, b"\0")
COMPRESSED, PASSWORD, DISTRIBUTION = 1, 2, 4
SECTOR, SMALLEST = 512, 4096
END, FAT, FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
OUTLINE, NUMBER, BULLET = 1, 2, 3
PLAIN_SHAPE = (0, 0)
HEADING_SHAPES = [PLAIN_SHAPE, *((OUTLINE, level) for level in range(7)), (BULLET, 0), (NUMBER, 1)]
BULLET_SHAPE, NUMBER_SHAPE = 8, 9
PLACE = "\0"
"""Stands in the text of a paragraph for its next control."""


def record(tag: int, level: int, payload: bytes = b"") -> bytes:
    """Return one record."""
    size = min(len(payload), 0xFFF)
    long_size = struct.pack("<I", len(payload)) if size == 0xFFF else b""
    return struct.pack("<I", tag | level << 10 | size << 20) + long_size + payload


def counted(text: str) -> bytes:
    """Return a text with the number of its units before it."""
    units = text.encode("utf-16-le")
    return struct.pack("<H", len(units) // 2) + units


def control_code(code: int) -> str:
    """Return the eight units of a control among the letters of a paragraph."""
    return chr(code) + "abcdef" + chr(code)


def paragraph(
    text: str, *controls: Sequence[bytes], level: int = 0, shape: int = 0, style: int = 0
) -> bytes:
    """Return a paragraph; each PLACE in the text stands for the next of the controls.

    A control is its payload, then the records below it, made for the level ``level + 2``.
    """
    units = (text.replace(PLACE, control_code(11)) + "\r").encode("utf-16-le")
    head = struct.pack("<IIHBBHHHI", len(units) // 2, 0, shape, style, 0, 1, 0, 1, 0)
    body = record(PARAGRAPH, level, head) + record(TEXT, level + 1, units)
    for payload, *below in controls:
        body += record(CONTROL, level + 1, payload) + b"".join(below)
    return body


def control(kind: str, payload: bytes = b"") -> bytes:
    """Return the payload of a control; its four letters stand backwards in the file."""
    return kind.ljust(4).encode()[::-1] + payload


def listed(*texts: str, level: int = 2) -> bytes:
    """Return a list of paragraphs, as captions, notes and boxes hold it."""
    inside = b"".join(paragraph(text, level=level) for text in texts)
    return record(LIST, level, struct.pack("<HHI", len(texts), 0, 0)) + inside


def cell(place: tuple[int, int, int, int], inside: bytes, level: int = 2) -> bytes:
    """Return a cell of a table; the place is its row, column, row span and column span."""
    row, column, row_span, column_span = place
    address = struct.pack("<HHHH", column, row, column_span, row_span)
    return record(LIST, level, struct.pack("<HHI", 1, 0, 0) + address) + inside


def table(
    *cells: bytes, caption: bytes = b"", level: int = 2, in_line: bool = False
) -> Sequence[bytes]:
    """Return a table as a control of a paragraph."""
    payload = control("tbl", struct.pack("<I", in_line))
    return payload, caption, record(TABLE, level), *cells


def box(*inside: bytes, caption: bytes = b"", in_line: bool = False) -> Sequence[bytes]:
    """Return a drawing; what is inside was made for level 3."""
    payload = control("gso", struct.pack("<I", in_line))
    return payload, caption, record(SHAPE, 2), *inside


def note(kind: str, number: int, *texts: str) -> Sequence[bytes]:
    """Return a footnote ("fn") or an endnote ("en")."""
    return control(kind, struct.pack("<I", number)), listed(*texts)


def equation(script: str) -> Sequence[bytes]:
    """Return an equation."""
    return control("eqed", bytes(4)), record(EQUATION, 2, bytes(4) + counted(script))


def document_information(
    shapes: Sequence[tuple[int, int]] = HEADING_SHAPES, styles: Sequence[str] = ("바탕글",)
) -> bytes:
    """Return paragraph shapes of (head, level) and styles of these names."""
    made = [
        record(PARAGRAPH_SHAPE, 1, struct.pack("<I", head << 23 | min(level, 7) << 25) + bytes(50))
        for head, level in shapes
    ]
    return b"".join([*made, *(record(STYLE, 1, counted(name) + counted("")) for name in styles)])


def deflated(stream: bytes) -> bytes:
    """Return the stream as HWP compresses it."""
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(stream) + compressor.flush()


def hwp_file(*sections: bytes, information: bytes | None = None, flags: int = COMPRESSED) -> bytes:
    """Return a HWP 5 file of these sections."""
    information = document_information() if information is None else information
    pack = deflated if flags & COMPRESSED else _long_enough
    streams = {
        "FileHeader": (SIGNATURE + bytes(4) + struct.pack("<I", flags)).ljust(256, b"\0"),
        "DocInfo": pack(information),
    }
    for number, section in enumerate(sections):
        streams[f"BodyText/Section{number}"] = pack(section)
    return compound_file(streams)


def _long_enough(stream: bytes) -> bytes:
    return stream + record(0, 0, bytes(SMALLEST))


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Return an OLE compound file; streams are padded to the size that needs no small sectors."""
    storages = sorted({path.partition("/")[0] for path in streams if "/" in path})
    padded = {path: _padded(data, max(len(data), SMALLEST)) for path, data in streams.items()}
    names = ["", *storages, *padded]
    directory_sectors = -(-len(names) // 4)
    sectors = directory_sectors + sum(len(data) // SECTOR for data in padded.values())
    fat_sectors = -(-(sectors + 1) // 127)
    fat = [FAT] * fat_sectors + _chain(fat_sectors, directory_sectors)
    starts = {}
    for path, data in padded.items():
        starts[path] = len(fat)
        fat += _chain(len(fat), len(data) // SECTOR)
    fat += [FREE] * (fat_sectors * 128 - len(fat))
    directory = _padded(_directory(names, streams, starts), directory_sectors * SECTOR)
    table_bytes = struct.pack(f"<{len(fat)}I", *fat)
    return _header(fat_sectors) + table_bytes + directory + b"".join(padded.values())


def _header(fat_sectors: int) -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, fat_sectors, fat_sectors, 0, SMALLEST, END, 0, END, 0)
    return head + struct.pack("<109I", *range(fat_sectors), *([FREE] * (109 - fat_sectors)))


def _directory(
    names: Sequence[str], streams: Mapping[str, bytes], starts: Mapping[str, int]
) -> bytes:
    """Return the entries; the children of a storage are a chain of right siblings."""
    entries = b""
    for number, path in enumerate(names):
        kind = 5 if number == 0 else 2 if path in streams else 1
        siblings = [other for other in names[1:] if _parent(other) == _parent(path)]
        after = siblings.index(path) + 1 if number else len(siblings)
        right = names.index(siblings[after]) if after < len(siblings) else FREE
        children = [other for other in names[1:] if _parent(other) == path and kind != 2]
        name = (path.rpartition("/")[2] or "Root Entry").encode("utf-16-le") + b"\0\0"
        entries += name.ljust(64, b"\0") + struct.pack("<HBB", len(name), kind, 1)
        entries += struct.pack("<3I", FREE, right, names.index(children[0]) if children else FREE)
        entries += bytes(36) + struct.pack("<I", starts.get(path, END if number == 0 else 0))
        entries += struct.pack("<Q", max(len(streams[path]), SMALLEST) if kind == 2 else 0)
    return entries


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _chain(start: int, length: int) -> list[int]:
    return [*range(start + 1, start + length), END]


def _padded(data: bytes, length: int) -> bytes:
    return data.ljust(-(-length // SECTOR) * SECTOR, b"\0")


HWPX_NAMESPACES = " ".join(
    f'xmlns:{prefix}="http://www.hancom.co.kr/hwpml/2011/{name}"'
    for prefix, name in {"hp": "paragraph", "hs": "section", "hh": "head"}.items()
)


def hwpx_paragraph(text: str, xml: str = "", *, shape: int = 0, style: int = 0) -> str:
    """Return a paragraph of this text, followed by XML in its run."""
    return (
        f'<hp:p paraPrIDRef="{shape}" styleIDRef="{style}"><hp:run>'
        f"<hp:t>{escape(text, quote=False)}</hp:t>{xml}</hp:run></hp:p>"
    )


def hwpx_list(*paragraphs: str) -> str:
    """Return a list of paragraphs, as cells, captions, notes and boxes hold it."""
    return f"<hp:subList>{''.join(paragraphs)}</hp:subList>"


def hwpx_header(
    shapes: Sequence[tuple[int, int]] = HEADING_SHAPES, styles: Sequence[str] = ("바탕글",)
) -> str:
    """Return paragraph shapes of (head, level) and styles of these names."""
    heads = ("NONE", "OUTLINE", "NUMBER", "BULLET")
    made = [
        f'<hh:paraPr id="{number}"><hh:heading type="{heads[head]}" level="{level}"/></hh:paraPr>'
        for number, (head, level) in enumerate(shapes)
    ]
    named = [f'<hh:style id="{number}" name="{name}"/>' for number, name in enumerate(styles)]
    return f"<hh:head {HWPX_NAMESPACES}>{''.join([*made, *named])}</hh:head>"


def hwpx_file(
    *sections: str, header: str | None = None, extra: Mapping[str, str] | None = None
) -> bytes:
    """Return a HWPX file of these sections, each the XML of its paragraphs."""
    files = {
        "mimetype": "application/hwp+zip",
        "Contents/header.xml": hwpx_header() if header is None else header,
        **(extra or {}),
    }
    for number, section in enumerate(sections):
        files[f"Contents/section{number}.xml"] = (
            f'<?xml version="1.0" encoding="UTF-8"?><hs:sec {HWPX_NAMESPACES}>{section}</hs:sec>'
        )
    return zip_file(files)
