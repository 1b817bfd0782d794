"""The parts of a HWPX file, a ZIP archive of XML (OWPML, the Korean standard KS X 6101)."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from lxml.etree import _Element as Element

from ingest.errors import EncryptedFileError, MalformedFileError
from ingest.loaders.archive import checked_office_file

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTION = re.compile(r"Contents/section(\d{1,5})\.xml")
_MANIFEST = "META-INF/manifest.xml"
_PACKAGE = "Contents/content.hpf"


class HwpxContainer:
    """Hands out the XML parts of one file."""

    def __init__(self, content: bytes, name: str) -> None:
        """Open the file; raise a LoaderError for what is no HWPX file or needs a password."""
        if content.startswith(_OLE_MAGIC):
            raise MalformedFileError(f"{name} is a HWP file or older: rename it to .hwp.")
        self._archive = zipfile.ZipFile(BytesIO(checked_office_file(content, name)))
        names = self._archive.namelist()
        if _MANIFEST in names and b"encryption-data" in self._archive.read(_MANIFEST):
            raise EncryptedFileError(f"{name} needs a password: save a copy without one.")
        found = filter(None, map(_SECTION.fullmatch, names))
        self._sections = [match[0] for match in sorted(found, key=lambda match: int(match[1]))]
        if not self._sections:
            raise MalformedFileError(f"{name} is not a HWPX file: correct its suffix.")

    def header(self) -> Element:
        """Return the styles."""
        return self._part("Contents/header.xml")

    def sections(self) -> Iterator[Element]:
        """Yield the sections of the text, in their order."""
        return map(self._part, self._sections)

    def properties(self) -> dict[str, str]:
        """Return what the document says of itself: title, creator, subject, keyword."""
        if _PACKAGE not in self._archive.namelist():
            return {}
        package = self._part(_PACKAGE)
        named = {str(meta.get("name")): meta.text or "" for meta in package.iter("{*}meta")}
        return {**named, "title": package.findtext(".//{*}title") or ""}

    def _part(self, path: str) -> Element:
        from lxml import etree

        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        return etree.fromstring(self._archive.read(path), parser)
