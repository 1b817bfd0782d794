"""Small OpenDocument files made in code."""

import zipfile
from io import BytesIO

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        **{
            prefix: f"{_OASIS}{prefix}:1.0"
            for prefix in ("office", "text", "table", "style", "meta", "manifest", "presentation")
        },
        "draw": f"{_OASIS}drawing:1.0",
        "fo": f"{_OASIS}xsl-fo-compatible:1.0",
        "svg": f"{_OASIS}svg-compatible:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
    }.items()
)


def odf_file(kind: str, body: str, *, styles: str = "", title: str = "", **parts: str) -> bytes:
    """Return a document; ``kind`` is "text", "spreadsheet" or "presentation".

    ``prologue`` stands before its content, ``manifest`` in the list of its files.
    """
    content = (
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    )
    files = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": parts.get("prologue", "") + _rooted("office:document-content", content),
        "meta.xml": _rooted("office:document-meta", f"<dc:title>{title}</dc:title>"),
        "styles.xml": _rooted("office:document-styles", ""),
        "META-INF/manifest.xml": _rooted("manifest:manifest", parts.get("manifest", "")),
    }
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return target.getvalue()


def sheet_xml(name: str, *rows: str, style: str = "", columns: str = "") -> str:
    """Return a sheet of rows, which are the XML of their cells."""
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    names = f'table:name="{name}" table:style-name="{style}"'
    return f"<table:table {names}>{columns}{lines}</table:table>"


def cells_xml(*texts: str) -> str:
    """Return cells with these texts."""
    return "".join(
        f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"
        if text
        else "<table:table-cell/>"
        for text in texts
    )


def page_xml(*shapes: str, style: str = "") -> str:
    """Return a slide of shapes."""
    return f'<draw:page draw:style-name="{style}">{"".join(shapes)}</draw:page>'


def frame_xml(text: str, left: float = 1, top: float = 1, *, kind: str = "") -> str:
    """Return a frame with a text, its place in centimetres, 2 cm high and 5 cm wide."""
    return (
        f'<draw:frame svg:x="{left}cm" svg:y="{top}cm" svg:width="5cm" svg:height="2cm"'
        f' presentation:class="{kind}"><draw:text-box>'
        + "".join(f"<text:p>{line}</text:p>" for line in text.split("\n"))
        + "</draw:text-box></draw:frame>"
    )


def _rooted(root: str, content: str) -> str:
    return f"<{root} {_NAMESPACES}>{content}</{root}>"
