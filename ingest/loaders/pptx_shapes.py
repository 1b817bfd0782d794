"""The shapes of a slide that are seen, each with its place."""

from collections.abc import Iterator
from typing import Any

from lxml.etree import _Element as Element

from ingest.loaders.slide_order import Box, unplaced

_PRESENTATION = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SHAPES = frozenset(f"{_PRESENTATION}{tag}" for tag in ("sp", "grpSp", "graphicFrame", "cxnSp"))
_LEFT_OUT = frozenset({"dt", "ftr", "sldNum", "hdr"})
_TRUE = frozenset({"1", "true"})


def shown_shapes(tree: Element, slide: Any) -> list[Box[Element]]:  # noqa: ANN401 - pptx has no types
    """Return the shapes directly in a slide's tree or in a group, without hidden ones.

    Dates, footers and numbers of slides are left out; a shape without a place comes last.
    """
    return [
        _box(element, slide)
        for element in _elements(tree)
        if not _is_hidden(element) and placeholder(element) not in _LEFT_OUT
    ]


def is_group(element: Element) -> bool:
    """Return whether the shape is a group of others."""
    return bool(element.tag == f"{_PRESENTATION}grpSp")


def placeholder(element: Element) -> str | None:
    """Return which place of the layout a shape fills: "title", "body"; None for a free shape."""
    found = element.find(f"{_PRESENTATION}nvSpPr/{_PRESENTATION}nvPr/{_PRESENTATION}ph")
    return None if found is None else str(found.get("type", "obj"))


def _elements(tree: Element) -> Iterator[Element]:
    """Yield the shapes, of alternatives the newest, which carries formulas as text."""
    for child in tree:
        if child.tag in _SHAPES:
            yield child
        elif child.tag == f"{_COMPATIBILITY}AlternateContent":
            yield from _elements(child.find(f"{_COMPATIBILITY}Choice"))


def _is_hidden(element: Element) -> bool:
    properties = next(element.iter(f"{_PRESENTATION}cNvPr"), None)
    return properties is not None and properties.get("hidden") in _TRUE


def _box(element: Element, slide: Any) -> Box[Element]:  # noqa: ANN401 - pptx has no types
    from pptx.shapes.shapetree import SlideShapeFactory

    shape = SlideShapeFactory(element, slide.shapes)
    places = (shape.left, shape.top, shape.width, shape.height)
    if any(place is None for place in places):
        return unplaced(element)
    left, top, width, height = places
    return Box(left, top, left + width, top + height, element)
