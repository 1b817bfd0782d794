"""HTML and SVG as trees, so that no text can become a tag: writing them out escapes it."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, tostring

Child = Element | str

_NOT_ALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that no HTML may hold."""


def tag(name: str, attributes: Mapping[str, object] | None = None, *children: Child) -> Element:
    """Return an element with these attributes, text and elements in it."""
    given = {key: _clean(str(value)) for key, value in (attributes or {}).items()}
    made = Element(name, given)
    last: Element | None = None
    for child in children:
        if isinstance(child, Element):
            made.append(child)
            last = child
        elif last is None:
            made.text = (made.text or "") + _clean(child)
        else:
            last.tail = (last.tail or "") + _clean(child)
    return made


def written(root: Element) -> str:
    """Return an element as HTML."""
    return tostring(root, encoding="unicode", method="html")


def _clean(text: str) -> str:
    return _NOT_ALLOWED.sub("�", text)
