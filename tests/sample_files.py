"""Small PDF and DOCX files made in code, for tests of the loaders and all that stands on them."""

from io import BytesIO

import docx

_MARK = "\ufeff"
_KOREAN_FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /HYSMyeongJo-Medium /Encoding /UniKS-UCS2-H"
    " /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HYSMyeongJo-Medium"
    " /CIDSystemInfo << /Registry (Adobe) /Ordering (Korea1) /Supplement 2 >> /DW 1000 >>] >>"
)


def pdf_file(*pages: list[tuple[int, str]], title: str = "") -> bytes:
    """Return a PDF whose pages are lines of (font size in points, text), from top to bottom."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        _KOREAN_FONT,
        f"<< /Title <{_hex(_MARK + title)}> >>" if title else "<< >>",
    ]
    for number, lines in enumerate(pages):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {6 + 2 * number} 0 R >>"
        )
        stream = "".join(
            f"BT /F1 {size} Tf 50 {780 - 40 * place} Td <{_hex(text)}> Tj ET\n"
            for place, (size, text) in enumerate(lines)
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}endstream")
    return _assembled(objects)


def drawn_pdf_file(drawing: str) -> bytes:
    """Return a PDF with one page that is drawn like this; its font F1 knows English letters."""
    return _assembled(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [5 0 R] /Count 1 >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            "<< >>",
            (
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
                " /Resources << /Font << /F1 3 0 R >> >> /Contents 6 0 R >>"
            ),
            f"<< /Length {len(drawing)} >>\nstream\n{drawing}endstream",
        ]
    )


def docx_file(*paragraphs: tuple[str, str], title: str = "") -> bytes:
    """Return a Word document of (style, text) paragraphs."""
    document = docx.Document()
    document.core_properties.title = title
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    """Return the bytes of a Word document."""
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex()


def _assembled(objects: list[str]) -> bytes:
    body = "%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    ).encode("ascii")
