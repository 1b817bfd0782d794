"""An OpenDocument archive: its body, its styles, and what it says about itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml.etree import _Element as Element

from ingest.errors import EncryptedFileError
from ingest.loaders.archive import checked_office_file
from ingest.loaders.odf_names import odf
from ingest.loaders.odf_styles import Styles
from ingest.loaders.office_package import OfficePackage
from ingest.loaders.titles import meaningful_title

_MANIFEST, _META, _STYLES = "META-INF/manifest.xml", "meta.xml", "styles.xml"
_PROPERTIES = {
    "author": "dc:creator",
    "subject": "dc:subject",
    "keywords": "meta:keyword",
}


@dataclass(frozen=True, slots=True)
class OdfDocument:
    """``body`` is the element of the text, the sheets or the slides."""

    body: Element
    styles: Styles
    title: str
    metadata: Mapping[str, str]


def open_odf(content: bytes, name: str, kind: str) -> OdfDocument:
    """Return the document, whose ``kind`` is "text", "spreadsheet" or "presentation".

    Raises EncryptedFileError, or StopIteration when the archive holds another kind.
    """
    package = OfficePackage(checked_office_file(content, name))
    if _MANIFEST in package:
        manifest = package.tree(_MANIFEST)
        if next(manifest.iter(odf("manifest:encryption-data")), None) is not None:
            raise EncryptedFileError(f"{name} needs a password: save a copy without one.")
    root = package.tree("content.xml")
    roots = [root, package.tree(_STYLES)] if _STYLES in package else [root]
    meta = package.tree(_META) if _META in package else None
    return OdfDocument(
        body=next(root.iter(odf(f"office:{kind}"))),
        styles=Styles(roots),
        title=meaningful_title(_found(meta, "dc:title")),
        metadata={key: _found(meta, tag) for key, tag in _PROPERTIES.items()},
    )


def _found(meta: Element | None, tag: str) -> str:
    texts = [] if meta is None else [element.text or "" for element in meta.iter(odf(tag))]
    return ", ".join(filter(None, texts))
