"""The bytes of a page become its tree; also those of chapters and of mail, which hold pages."""

import re

from lxml import etree
from lxml.etree import _Element as Element

from ingest.loaders.encoding import decode, decode_declared

_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE
)
_DECLARATION_BYTES = 4_096
_PROLOGUE = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>)?", re.IGNORECASE
)


def decoded_page(content: bytes, name: str) -> str:
    """Return the characters of a page, which may name its encoding in itself."""
    declared = _DECLARED.search(content[:_DECLARATION_BYTES])
    if declared:
        return decode_declared(content, declared[1].decode("ascii", "replace"), name)
    return decode(content, name)


def parsed_page(text: str) -> Element:
    """Return the page's tree; it may be of any size, since the file's own size is limited."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    source = _PROLOGUE.sub("", text, count=1).replace("\x00", "")
    root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    return etree.Element("html") if root is None else root


def page_body(root: Element) -> Element:
    """Return the element that holds what is shown."""
    body = root.find("body")
    return root if body is None else body
