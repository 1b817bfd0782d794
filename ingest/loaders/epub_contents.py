"""Headings of a book whose chapters mark none: its table of contents says which lines they are."""

from collections.abc import Iterator
from zipfile import ZipFile

from lxml.etree import _Element as Element

from ingest.loaders.epub_package import Package, target_of
from ingest.loaders.html_visibility import BLOCKS, element_text, is_hidden
from ingest.loaders.xml_tree import parsed_xml

_LINES = frozenset({"p", "div"})


def chapter_labels(archive: ZipFile, package: Package, name: str) -> dict[str, str]:
    """Return for each chapter's path what the table of contents calls it."""
    labels: dict[str, str] = {}
    for path in package.contents:
        if path in archive.namelist():
            for link, label in _entries(parsed_xml(archive.read(path), name)):
                labels.setdefault(target_of(link, path), " ".join(label.split()))
    return labels


def mark_heading(body: Element, label: str) -> None:
    """Make the first line that reads like the label a heading, unless there are headings."""
    if not label or body.xpath(".//h1|.//h2|.//h3|.//h4|.//h5|.//h6"):
        return
    for line in body.iter(*_LINES):
        holds_blocks = any(part.tag in BLOCKS for part in line.iterdescendants())
        if not holds_blocks and element_text(line, is_hidden) == label:
            line.tag = "h1"
            return


def _entries(root: Element) -> Iterator[tuple[str, str]]:
    """Yield links and labels of a table of contents, of the old kind (NCX) or the new one."""
    for point in root.iter("{*}navPoint"):
        label, content = point.find("{*}navLabel"), point.find("{*}content")
        if label is not None and content is not None:
            yield content.get("src", ""), "".join(label.itertext())
    for link in root.iter("{http://www.w3.org/1999/xhtml}a"):
        yield link.get("href", ""), "".join(link.itertext())
