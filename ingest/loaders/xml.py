"""XML of any kind: records as lines, running text as paragraphs, titles as headings."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.machine_made import check_written_by_people
from ingest.loaders.records import Field, add_record
from ingest.loaders.xml_tree import local_name, parsed_xml

_MOST_BYTES = 10_000_000
_TITLES = frozenset({"title", "head", "heading", "제목"})
_PARAGRAPHS = frozenset(
    {"p", "para", "paragraph", "text", "content", "body", "abstract", "본문", "내용"}
)
_DEEPEST_HEADING = 6


class XmlLoader(Loader):
    """Reads .xml up to 10 MB; no entity is expanded and nothing is fetched."""

    name = "xml"
    revision = 1
    media_type = "application/xml"

    def _load(self, content: bytes, name: str) -> RawDocument:
        check_written_by_people(content, name, _MOST_BYTES)
        blocks = BlockBuilder()
        root = parsed_xml(content, name)
        _write(blocks, root, 1)
        title = next((_text(part) for part in root if _is_title(part)), "")
        return RawDocument(text=blocks.text, title=title, headings=tuple(blocks.headings))


def _write(blocks: BlockBuilder, element: Element, level: int) -> None:
    if _is_running_text(element):
        blocks.add(_text(element))
    elif _is_record(element):
        add_record(blocks, list(_fields(element, "")), level)
    else:
        _write_parts(blocks, element, level)


def _write_parts(blocks: BlockBuilder, element: Element, level: int) -> None:
    """Append what is inside, under the title where there is one; fields that stand alone go on."""
    parts = [part for part in element if local_name(part)]
    titled = any(map(_is_title, parts))
    below = min(level + titled, _DEEPEST_HEADING)
    for part in parts:
        if _is_title(part):
            blocks.add_heading(_text(part), level)
        elif not len(part) and local_name(part).lower() not in _PARAGRAPHS:
            add_record(blocks, list(_fields(part, local_name(part))), below)
        else:
            _write(blocks, part, below)


def _is_running_text(element: Element) -> bool:
    """Return whether this is text, perhaps with marks inside, and no structure."""
    if not len(element):
        return True
    return bool((element.text or "").strip()) or any((part.tail or "").strip() for part in element)


def _is_record(element: Element) -> bool:
    """Return whether there are only fields inside: no running text, and no group of them twice."""
    if not len(element):
        return local_name(element).lower() not in _PARAGRAPHS
    groups = [local_name(part) for part in element if len(part)]
    is_plain = len(groups) == len(set(groups)) and not _is_running_text(element)
    return is_plain and all(map(_is_record, element))


def _is_title(element: Element) -> bool:
    return local_name(element).lower() in _TITLES and _is_running_text(element)


def _fields(element: Element, path: str) -> Iterator[Field]:
    """Yield the texts inside with their paths, and attributes without a namespace."""
    for name, value in element.attrib.items():
        if not name.startswith("{"):
            yield f"{path}.{name}" if path else name, value
    if _is_running_text(element):
        yield path, _text(element)
        return
    for part in element:
        name = local_name(part)
        yield from _fields(part, f"{path}.{name}" if path else name)


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
