"""A slide of an OpenDocument presentation becomes blocks: its title, then its shapes."""

import re
from collections.abc import Sequence

from lxml.etree import _Element as Element

from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.odf_names import odf
from ingest.loaders.odf_styles import Styles
from ingest.loaders.odf_text import paragraph_text
from ingest.loaders.odf_walk import OdfWalk
from ingest.loaders.slide_headings import add_notes, may_be_title
from ingest.loaders.slide_order import Box, in_reading_order, is_on, unplaced

_LENGTH = re.compile(r"(-?\d*\.?\d+)(cm|mm|in|pt|pc|px)")
_CENTIMETRES = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}
_LEFT_OUT_CLASSES = frozenset({"date-time", "footer", "header", "page-number"})
_NOT_SHAPES = frozenset({odf("presentation:notes"), odf("office:forms"), odf("office:annotation")})
_ENDLESS = 1e9


class OdpSlideWalk:
    """Appends what a slide shows to ``blocks``; what lies beside the slide is not shown."""

    def __init__(self, blocks: BlockBuilder, styles: Styles) -> None:
        self._blocks = blocks
        self._styles = styles

    def visit(self, page: Element) -> None:
        """Append a slide and its notes."""
        size = _size(self._styles.page_size(page))
        boxes = [box for box in _shown(page) if is_on(box, size)]
        titles = [box for box in boxes if _class(box.item) == "title"]
        text = " ".join(self._text(box.item) for box in titles)
        self._blocks.add_heading(text, 1)
        others = in_reading_order([box for box in boxes if box not in titles])
        for place, shape in enumerate(others):
            line = "" if text or place else self._text(shape)
            if line and "\n" not in line and may_be_title(line):
                self._blocks.add_heading(line, 1)
            else:
                self._add(shape)
        self._add_notes(page)

    def _add(self, shape: Element) -> None:
        if shape.tag == odf("draw:g"):
            for inner in in_reading_order(_shown(shape)):
                self._add(inner)
        else:
            OdfWalk(self._blocks, self._styles).visit(shape)

    def _add_notes(self, page: Element) -> None:
        for notes in page.iterfind(odf("presentation:notes")):
            frames = [frame for frame in notes if _class(frame) == "notes"]
            add_notes(self._blocks, [self._text(frame) for frame in frames])

    def _text(self, shape: Element) -> str:
        texts = (paragraph_text(line, self._styles) for line in shape.iter(odf("text:p")))
        return "\n".join(filter(None, texts))


def _shown(container: Element) -> Sequence[Box[Element]]:
    return [
        _box(shape)
        for shape in container
        if shape.tag not in _NOT_SHAPES
        and _class(shape) not in _LEFT_OUT_CLASSES
        and shape.get(odf("draw:display"), "always") in {"always", "screen"}
    ]


def _class(shape: Element) -> str:
    return str(shape.get(odf("presentation:class"), ""))


def _box(shape: Element) -> Box[Element]:
    if shape.tag == odf("draw:g"):
        return _around(shape)
    names = ("svg:x", "svg:y", "svg:width", "svg:height")
    places = [_length(shape.get(odf(name), "")) for name in names]
    left, top, width, height = places
    if left is None or top is None:
        return unplaced(shape)
    return Box(left, top, left + (width or 0.0), top + (height or 0.0), shape)


def _around(group: Element) -> Box[Element]:
    boxes = [box for box in _shown(group) if is_on(box, (_ENDLESS, _ENDLESS))]
    if not boxes:
        return unplaced(group)
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
        group,
    )


def _size(lengths: tuple[str, str] | None) -> tuple[float, float]:
    width, height = (_length(length) for length in lengths or ("", ""))
    return width or _ENDLESS, height or _ENDLESS


def _length(text: str) -> float | None:
    match = _LENGTH.fullmatch(text)
    return float(match[1]) * _CENTIMETRES[match[2]] if match else None
