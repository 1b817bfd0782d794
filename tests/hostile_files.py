"""Files made to harm who reads them, small where that is possible; all are made in code."""

import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from tests.sample_files import docx_file, pdf_file

ARCHIVES = (".docx", ".xlsx", ".pptx", ".hwpx", ".epub")
MEGABYTE = 1_000_000
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": "<Relationships/>",
}


def zip_file(parts: Mapping[str, bytes]) -> bytes:
    """Return an archive of these parts, compressed."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return an archive with one part changed; one that it lacks is added."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    parts[name] = change(parts.get(name, b""))
    return zip_file(parts)


def flat_bomb() -> bytes:
    """Return an archive whose parts unpack to 400 MB."""
    zeros = bytes(100 * MEGABYTE)
    names = (
        "word/document.xml",
        "xl/workbook.xml",
        "ppt/presentation.xml",
        "Contents/section0.xml",
    )
    return zip_file(
        {**{name: text.encode() for name, text in PARTS.items()}, **dict.fromkeys(names, zeros)}
    )


def nested_bomb() -> bytes:
    """Return an archive of ten archives of ten archives, and so on, five deep."""
    inner = zip_file({"zeros.xml": bytes(10 * MEGABYTE)})
    for _ in range(5):
        inner = zip_file({f"{number}.docx": inner for number in range(10)})
    return inner


def lying_bomb() -> bytes:
    """Return a Word file whose text unpacks to 200 MB and that says it were 100 bytes."""
    content = with_part(
        docx_file(("Normal", "글")), "word/document.xml", lambda _: bytes(200 * MEGABYTE)
    )
    size = struct.pack("<I", 200 * MEGABYTE)
    return content.replace(size, struct.pack("<I", 100))


def overlapping_bomb() -> bytes:
    """Return an archive whose 200 entries all unpack the same bytes of it, to 2 GB together."""
    kernel = zlib.compress(bytes(10 * MEGABYTE), 9)[2:-4]
    crc = zlib.crc32(bytes(10 * MEGABYTE))
    name = b"word/document.xml"
    sizes = struct.pack("<III", crc, len(kernel), 10 * MEGABYTE)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes
    body = local + struct.pack("<HH", len(name), 0) + name + kernel
    directory = b""
    for number in range(200):
        entry = name if number == 0 else b"word/%05d.xml!!!" % number
        directory += b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
        directory += struct.pack("<HHHHHII", len(entry), 0, 0, 0, 0, 0, 0) + entry
    end = struct.pack("<HHHHIIH", 0, 0, 200, 200, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def word_file_with(xml_head: bytes, reference: bytes) -> bytes:
    """Return a Word file with a document type before its text, and a reference in the text."""

    def change(part: bytes) -> bytes:
        head, mark, rest = part.partition(b"<w:document")
        return head + xml_head + mark + rest.replace(b"MARK", reference)

    return with_part(docx_file(("Normal", "앞 MARK 뒤")), "word/document.xml", change)


def billion_laughs() -> bytes:
    """Return a Word file with an entity that stands for 10^10 characters."""
    entities = b'<!ENTITY a0 "hahahahaha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 10)
    )
    return word_file_with(b"<!DOCTYPE w [" + entities + b"]>", b"&a9;")


def external_entity(address: str) -> bytes:
    """Return a Word file with an entity that stands for what lies at an address."""
    head = f'<!DOCTYPE w SYSTEM "{address}" [<!ENTITY x SYSTEM "{address}">]>'.encode()
    return word_file_with(head, b"&x;")


def climbing_names() -> bytes:
    """Return a Word file that holds parts whose names lead out of any folder."""
    content = docx_file(("Normal", "올라간다"))
    for name in ("../climbed.txt", "/climbed.txt", "..\\climbed.txt"):
        content = with_part(content, name, lambda _: b"climbed")
    return content


def pdf_of(objects: Mapping[int, bytes]) -> bytes:
    """Return a PDF of these objects, number to content; 1 is the catalogue."""
    body = b"%PDF-1.7\n"
    offsets = {}
    for number, content in objects.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = max(objects) + 1
    rows = [b"%010d 00000 n \n" % offsets.get(number, 0) for number in range(1, size)]
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, b"".join(rows))
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + table + trailer


def deep_pdf() -> bytes:
    """Return a PDF whose page tree and whose arrays are nested very deeply."""
    levels = 20_000
    pages = {
        number: b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (number + 1)
        for number in range(2, levels)
    }
    page = {levels: b"<< /Type /Page /Parent 2 0 R /MediaBox %s 0 0 9 9 ] >>" % (b"[" * 100_000)}
    return pdf_of({1: b"<< /Type /Catalog /Pages 2 0 R >>", **pages, **page})


def crowded_pdf() -> bytes:
    """Return a PDF that says it had 2^31 - 1 pages, each of them itself."""
    kids = b" ".join([b"2 0 R"] * 1_000)
    return pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Count 2147483647 /Kids [%s] >>" % kids,
        }
    )


def pdf_bomb() -> bytes:
    """Return a PDF whose one page unpacks to 500 MB of drawing."""
    packer = zlib.compressobj(1)
    line = b"0 0 m 9 9 l S " * 70_000
    packed = b"".join(packer.compress(line) for _ in range(500)) + packer.flush()
    head = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed)
    return pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
            4: head + packed + b"\nendstream",
        }
    )


def polyglot() -> bytes:
    """Return a file that is a PDF and a Word file at once."""
    return pdf_file([(10, "나는 PDF이다.")]) + docx_file(("Normal", "나는 워드 문서다."))


def zeros(path: Path, size: int) -> None:
    """Write a file of zeros that takes no room on the disk."""
    with path.open("wb") as opened:
        os.truncate(opened.fileno(), size)
