"""A slide becomes blocks: its title, then its shapes in the order in which they are read."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lxml.etree import _Element as Element

from ingest.loaders.blocks import BlockBuilder, markdown_table
from ingest.loaders.office_chart import chart_block
from ingest.loaders.office_package import xml_root
from ingest.loaders.pptx_shapes import is_group, placeholder, shown_shapes
from ingest.loaders.pptx_table import table_rows
from ingest.loaders.pptx_text import drawing, list_item, paragraph_text, paragraph_texts
from ingest.loaders.slide_headings import may_be_title
from ingest.loaders.slide_order import Box, in_reading_order, is_on

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES = frozenset({"title", "ctrTitle"})
_BODIES = frozenset({"body", "obj"})


class SlideWalk:
    """Appends what a slide shows to ``blocks``; what lies beside the slide is not shown."""

    def __init__(self, blocks: BlockBuilder, slide: Any) -> None:  # noqa: ANN401 - pptx has no types
        self._blocks = blocks
        self._slide = slide
        self._needs_title = True

    def visit(self, size: tuple[int, int]) -> None:
        """Append the slide, whose size is in the units of its shapes."""
        tree = self._slide.shapes.element
        boxes = [box for box in shown_shapes(tree, self._slide) if is_on(box, size)]
        titles = [box for box in boxes if placeholder(box.item) in _TITLES]
        for title in titles:
            self._add_title(" ".join(paragraph_texts(title.item)))
        self._add_all([box for box in boxes if box not in titles])

    def _add_title(self, text: str) -> None:
        self._blocks.add_heading(text, 1)
        self._needs_title = self._needs_title and not text

    def _add_all(self, boxes: Sequence[Box[Element]]) -> None:
        for element in in_reading_order(boxes):
            if is_group(element):
                self._add_all(shown_shapes(element, self._slide))
            else:
                self._add(element)

    def _add(self, element: Element) -> None:
        table = next(element.iter(drawing("tbl")), None)
        chart, diagram = (next(element.iter(tag), None) for tag in (_CHART, _DIAGRAM))
        if table is not None:
            self._blocks.add(markdown_table(table_rows(table)))
        elif chart is not None:
            for root in self._related(chart, "id"):
                self._blocks.add(chart_block(root))
        elif diagram is not None:
            for root in self._related(diagram, "dm"):
                self._add_items(paragraph_texts(root))
        else:
            self._add_paragraphs(element)

    def _related(self, element: Element, attribute: str) -> Iterator[Element]:
        """Yield the root of the part that an attribute names, nothing when there is none."""
        identifier = element.get(f"{_RELATIONSHIPS}{attribute}", "")
        if identifier in self._slide.part.rels:
            yield xml_root(self._slide.part.related_part(identifier).blob)

    def _add_items(self, texts: Iterable[str]) -> None:
        for text in texts:
            self._blocks.add(f"- {text}", item=True)

    def _add_paragraphs(self, element: Element) -> None:
        paragraphs = [found for found in element.iter(drawing("p")) if paragraph_text(found)]
        in_body = placeholder(element) in _BODIES and len(paragraphs) > 1
        for paragraph in paragraphs:
            self._add_paragraph(paragraph, in_body=in_body)

    def _add_paragraph(self, paragraph: Element, *, in_body: bool) -> None:
        """Append a paragraph; a short first line is the heading of a slide without title."""
        text = paragraph_text(paragraph)
        item = list_item(paragraph, in_body=in_body)
        if self._needs_title and not in_body and may_be_title(text):
            self._add_title(text)
        elif item is not None:
            self._blocks.add(item, item=True)
        else:
            self._blocks.add(text)
        self._needs_title = False
