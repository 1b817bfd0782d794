"""HTML: what a reader of the page sees of its content, without navigation and boilerplate.

Nothing that the page names is fetched, and entities of a document type are not expanded.
"""

import re

from lxml import etree
from lxml.etree import _Element as Element

from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.encoding import decode, decode_declared
from ingest.loaders.html_visibility import element_text, is_boilerplate, is_hidden
from ingest.loaders.html_walk import Walk

_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE
)
_DECLARATION_BYTES = 4_096
_PROLOGUE = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>)?", re.IGNORECASE
)
_METADATA = {"description": "description", "author": "author", "article:author": "author"}


class HtmlLoader(Loader):
    """Reads a page: headings, paragraphs, lists as "- ", tables as Markdown tables."""

    name = "html"
    revision = 2
    media_type = "text/html"

    def _load(self, content: bytes, name: str) -> RawDocument:
        root = _parse(_decode(content, name))
        blocks = _main_blocks(root)
        return RawDocument(
            text=blocks.text,
            title=_title(root, blocks),
            headings=tuple(blocks.headings),
            metadata=_metadata(root),
        )


def _decode(content: bytes, name: str) -> str:
    declared = _DECLARED.search(content[:_DECLARATION_BYTES])
    if declared:
        return decode_declared(content, declared[1].decode("ascii", "replace"), name)
    return decode(content, name)


def _parse(text: str) -> Element:
    """Return the page's tree; it may be of any size, since the file's own size is limited."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    source = _PROLOGUE.sub("", text, count=1).replace("\x00", "")
    root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    return etree.Element("html") if root is None else root


def _main_blocks(root: Element) -> BlockBuilder:
    """Return the content's blocks; when leaving out boilerplate leaves nothing, keep it."""
    body = root.find("body")
    start = root if body is None else body
    for skip in (is_boilerplate, is_hidden):
        blocks = BlockBuilder()
        Walk(blocks, skip).visit(_main_element(start) if skip is is_boilerplate else start)
        if blocks.text:
            break
    return blocks


def _main_element(body: Element) -> Element:
    """Return the element that the page marks as its content, else the whole body."""
    marked = body.xpath(".//main | .//*[@role='main']")
    visible = [
        element
        for element in marked
        if not any(map(is_hidden, (element, *element.iterancestors())))
        and element_text(element, is_boilerplate)
    ]
    if len(visible) == 1:
        return visible[0]
    articles = body.xpath(".//article")
    if len(articles) == 1 and _is_most(articles[0], body):
        return articles[0]
    return body


def _is_most(part: Element, whole: Element) -> bool:
    sizes = [len(element_text(element, is_boilerplate)) for element in (part, whole)]
    return 2 * sizes[0] >= sizes[1]


def _title(root: Element, blocks: BlockBuilder) -> str:
    """Return the page's own title, then the first heading of level 1."""
    candidates = [
        *(title.text or "" for title in root.iterfind(".//head/title")),
        *root.xpath(".//meta[@property='og:title']/@content"),
        *(heading.text for heading in blocks.headings if heading.level == 1),
    ]
    return next((str(text) for text in candidates if text.strip()), "")


def _metadata(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in root.iterfind(".//meta"):
        key = _METADATA.get((meta.get("name") or meta.get("property") or "").lower())
        if key and meta.get("content"):
            found.setdefault(key, meta.get("content"))
    language = root.get("lang")
    return {**found, "language": language} if language else found
