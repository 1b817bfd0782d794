"""The names of elements and attributes in OpenDocument files, as lxml writes them."""

from functools import lru_cache

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "draw": f"{_OASIS}drawing:1.0",
    "fo": f"{_OASIS}xsl-fo-compatible:1.0",
    "manifest": f"{_OASIS}manifest:1.0",
    "meta": f"{_OASIS}meta:1.0",
    "office": f"{_OASIS}office:1.0",
    "presentation": f"{_OASIS}presentation:1.0",
    "style": f"{_OASIS}style:1.0",
    "svg": f"{_OASIS}svg-compatible:1.0",
    "table": f"{_OASIS}table:1.0",
    "text": f"{_OASIS}text:1.0",
}


@lru_cache(maxsize=256)
def odf(name: str) -> str:
    """Return a name like "text:p" with its namespace in full."""
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"
