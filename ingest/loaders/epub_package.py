"""What the package file of a book tells: which chapters follow one another, and who wrote it."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from zipfile import ZipFile

from lxml.etree import _Element as Element

from ingest.errors import EncryptedFileError
from ingest.loaders.xml_tree import local_name, parsed_xml

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_OF_FONTS = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_CONTENTS = "application/x-dtbncx+xml"


@dataclass(frozen=True, slots=True)
class Package:
    """Chapters and tables of contents are paths inside the archive, chapters in their order."""

    chapters: tuple[str, ...]
    contents: tuple[str, ...]
    properties: Mapping[str, str]


def read_package(archive: ZipFile, name: str) -> Package:
    """Return the package; raise EncryptedFileError when a chapter is locked by copy protection."""
    path = _package_path(archive)
    root = parsed_xml(archive.read(path), name)
    items = {item.get("id"): item for item in root.iter("{*}item")}
    spine = [
        items[ref.get("idref")] for ref in root.iter("{*}itemref") if ref.get("idref") in items
    ]
    package = Package(
        tuple(_paths((item for item in spine if _is_chapter(item)), path)),
        tuple(_paths((item for item in items.values() if _is_contents(item)), path)),
        _properties(root),
    )
    if not _locked(archive, name).isdisjoint(package.chapters):
        raise EncryptedFileError(
            f"{name} is locked by copy protection (DRM): get a copy without it."
        )
    return package


def target_of(link: str, base: str) -> str:
    """Return the path inside the archive that a link leads to, seen from the file ``base``."""
    path = unquote(link.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path))


def _package_path(archive: ZipFile) -> str:
    root = parsed_xml(archive.read(_CONTAINER), _CONTAINER)
    return str(next(root.iter("{*}rootfile")).attrib["full-path"])


def _paths(items: Iterator[Element], base: str) -> Iterator[str]:
    return (target_of(item.get("href", ""), base) for item in items)


def _is_chapter(item: Element) -> bool:
    return item.get("media-type") in _PAGES and "nav" not in _properties_of(item)


def _is_contents(item: Element) -> bool:
    return item.get("media-type") == _CONTENTS or "nav" in _properties_of(item)


def _properties_of(item: Element) -> list[str]:
    return str(item.get("properties", "")).split()


def _properties(root: Element) -> dict[str, str]:
    """Return the first of each property of the book, by its Dublin Core name."""
    found: dict[str, str] = {}
    for element in root.iterfind("{*}metadata//{http://purl.org/dc/elements/1.1/}*"):
        found.setdefault(local_name(element), " ".join("".join(element.itertext()).split()))
    return found


def _locked(archive: ZipFile, name: str) -> frozenset[str]:
    """Return the files that are encrypted; obfuscated fonts are no lock."""
    if _ENCRYPTION not in archive.namelist():
        return frozenset()
    return frozenset(
        unquote(reference.get("URI", ""))
        for data in parsed_xml(archive.read(_ENCRYPTION), name).iter("{*}EncryptedData")
        if _algorithm(data) not in _OF_FONTS
        for reference in data.iter("{*}CipherReference")
    )


def _algorithm(data: Element) -> str | None:
    method = data.find("{*}EncryptionMethod")
    return None if method is None else method.get("Algorithm")
