"""The parts of an office archive: their XML, and what each refers to."""

import posixpath
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import IO, NamedTuple

from lxml import etree
from lxml.etree import _Element as Element

_SAFE = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "remove_comments": True,
    "remove_pis": True,
}


class Relationship(NamedTuple):
    """A part that another refers to: the last word of its type, and its path in the archive."""

    kind: str
    target: str


class OfficePackage:
    """Reads the parts of an archive whose sizes were checked; external targets are ignored."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(BytesIO(content))
        self._names = {entry.lower(): entry for entry in self._archive.namelist()}

    def __contains__(self, path: str) -> bool:
        return path.lower() in self._names

    def opened(self, path: str) -> IO[bytes]:
        """Return the part as a stream; raise KeyError when there is none."""
        return self._archive.open(self._names[path.lower()])

    def tree(self, path: str) -> Element:
        """Return the root of a part; no entity is expanded, nothing is fetched."""
        with self.opened(path) as part:
            return xml_root(part.read())

    def relationships(self, path: str) -> dict[str, Relationship]:
        """Return what the part refers to by the ids that it uses; empty where nothing is said."""
        folder, file = posixpath.split(path)
        source = posixpath.join(folder, "_rels", f"{file}.rels")
        if source not in self:
            return {}
        return dict(self._relationships(self.tree(source), folder))

    def _relationships(self, root: Element, folder: str) -> Iterator[tuple[str, Relationship]]:
        for element in root.iter("{*}Relationship"):
            target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", "")))
            if element.get("TargetMode") != "External" and target[1:] in self:
                kind = element.get("Type", "").rpartition("/")[2]
                yield element.get("Id", ""), Relationship(kind, target[1:])


def xml_root(content: bytes) -> Element:
    """Return the root of XML; no entity is expanded, nothing is fetched."""
    return etree.fromstring(content, etree.XMLParser(**_SAFE))


def streamed(part: IO[bytes], tags: tuple[str, ...]) -> Iterator[Element]:
    """Yield the elements with these tags, each forgotten when the next one is read.

    Memory stays small however long the part is; no entity is expanded, nothing is fetched.
    """
    for _, element in etree.iterparse(part, tag=tags, **_SAFE):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
