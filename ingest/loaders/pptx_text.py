"""The paragraphs of a shape on a slide: their characters, and which are items of a list."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MARKED = frozenset({f"{_DRAWING}buChar", f"{_DRAWING}buAutoNum", f"{_DRAWING}buBlip"})
_INDENT = "  "


def drawing(tag: str) -> str:
    """Return the tag in the namespace of drawings, as lxml writes it."""
    return f"{_DRAWING}{tag}"


def paragraph_texts(element: Element) -> list[str]:
    """Return the texts of the paragraphs inside, without blank ones."""
    texts = (paragraph_text(paragraph) for paragraph in element.iter(f"{_DRAWING}p"))
    return [text for text in texts if text]


def paragraph_text(paragraph: Element) -> str:
    """Return the paragraph's text, formulas and fields included."""
    return "".join(_strings(paragraph)).strip()


def list_item(paragraph: Element, *, in_body: bool) -> str | None:
    """Return the paragraph as an item, None when it is none.

    In the body of a slide all paragraphs are items except those that say otherwise.
    """
    properties = paragraph.find(f"{_DRAWING}pPr")
    tags = set() if properties is None else {child.tag for child in properties}
    if f"{_DRAWING}buNone" in tags or not (in_body or tags & _MARKED):
        return None
    level = "0" if properties is None else properties.get("lvl", "0")
    return f"{_INDENT * int(level)}- {paragraph_text(paragraph)}"


def _strings(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag in {f"{_DRAWING}t", _MATH_TEXT}:
            yield child.text or ""
        elif child.tag == f"{_DRAWING}br":
            yield "\n"
        elif child.tag != _FALLBACK:
            yield from _strings(child)
