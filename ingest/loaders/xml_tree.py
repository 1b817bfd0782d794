"""The bytes of an XML file become its tree: no entity is expanded, nothing is fetched."""

import re

from lxml import etree
from lxml.etree import _Element as Element

from ingest.loaders.html_page import decoded_page

_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


def parsed_xml(content: bytes, name: str) -> Element:
    """Return the root; raises XMLSyntaxError where the XML is broken.

    The limits of the parser on depth and on the length of one text stay in force.
    """
    text = _DECLARATION.sub("", decoded_page(content, name), count=1)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(text.strip().encode("utf-8", "replace"), parser)


def local_name(element: Element) -> str:
    """Return the element's tag without its namespace; nothing for an entity that stays closed."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
