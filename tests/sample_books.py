"""Small EPUB books made in code, for tests of the loader and of what all loaders promise."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)


def epub_file(
    chapters: Mapping[str, str], properties: str = "", extra: Mapping[str, str] | None = None
) -> bytes:
    """Return a book of chapters, name to the page's body, in the order of the mapping.

    ``properties`` is XML for the book's metadata; ``extra`` are further files, and those that end
    in .ncx are its table of contents.
    """
    files = dict(extra or {})
    items = [(name, "application/xhtml+xml") for name in chapters]
    items += [
        (name.removeprefix("OEBPS/"), "application/x-dtbncx+xml")
        for name in files
        if ".ncx" in name
    ]
    manifest = "".join(
        f'<item id="i{number}" href="{name.replace(" ", "%20")}" media-type="{kind}"/>'
        for number, (name, kind) in enumerate(items)
    )
    spine = "".join(f'<itemref idref="i{number}"/>' for number in range(len(chapters)))
    files["META-INF/container.xml"] = CONTAINER
    files["OEBPS/book.opf"] = (
        '<?xml version="1.0" encoding="utf-8"?><package xmlns="http://www.idpf.org/2007/opf"'
        ' version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"{properties}</metadata><manifest>{manifest}</manifest><spine>{spine}</spine></package>"
    )
    for name, body in chapters.items():
        files[f"OEBPS/{name}"] = (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
            f"<head><title/></head><body>{body}</body></html>"
        )
    return zip_file(files)


def zip_file(files: Mapping[str, str]) -> bytes:
    """Return a ZIP archive of these texts."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return target.getvalue()
