"""HTML: what a reader of the page sees of its content, without navigation and boilerplate.

Nothing that the page names is fetched, and entities of a document type are not expanded.
"""

from lxml.etree import _Element as Element

from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.html_page import decoded_page, page_body, parsed_page
from ingest.loaders.html_visibility import element_text, is_boilerplate, is_hidden
from ingest.loaders.html_walk import Walk

_METADATA = {"description": "description", "author": "author", "article:author": "author"}


class HtmlLoader(Loader):
    """Reads a page: headings, paragraphs, lists as "- ", tables as Markdown tables."""

    name = "html"
    revision = 2
    media_type = "text/html"

    def _load(self, content: bytes, name: str) -> RawDocument:
        root = parsed_page(decoded_page(content, name))
        blocks = _main_blocks(root)
        return RawDocument(
            text=blocks.text,
            title=_title(root, blocks),
            headings=tuple(blocks.headings),
            metadata=_metadata(root),
        )


def _main_blocks(root: Element) -> BlockBuilder:
    """Return the content's blocks; when leaving out boilerplate leaves nothing, keep it."""
    start = page_body(root)
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
