"""The body of an OpenDocument text, or of a box in one, becomes blocks in the order of the file."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from ingest.loaders.blocks import BlockBuilder, markdown_table
from ingest.loaders.odf_names import odf
from ingest.loaders.odf_styles import Styles
from ingest.loaders.odf_table import cells_of, is_data_table, rows_of, table_rows
from ingest.loaders.odf_text import notes_of, paragraph_text, shapes_of

_INDENT = "  "
_LEFT_OUT = frozenset(
    {
        odf("text:tracked-changes"),
        odf("office:annotation"),
        odf("office:forms"),
        odf("svg:title"),
        odf("svg:desc"),
        odf("presentation:notes"),
    }
)


class OdfWalk:
    """Appends what it visits to ``blocks``; ``title`` is the first paragraph in the title style."""

    def __init__(self, blocks: BlockBuilder, styles: Styles) -> None:
        self.title = ""
        self._blocks = blocks
        self._styles = styles

    def visit(self, container: Element, depth: int = 0) -> None:
        """Append what is inside; ``depth`` counts the lists around it."""
        for child in container:
            if child.tag == odf("text:h"):
                self._heading(child)
            elif child.tag == odf("text:p"):
                self._paragraph(child)
            elif child.tag == odf("text:list"):
                self._list(child, depth)
            elif child.tag == odf("table:table"):
                self._table(child)
            elif child.tag not in _LEFT_OUT and not self._is_hidden(child):
                self.visit(child, depth)

    def _is_hidden(self, element: Element) -> bool:
        return element.tag == odf("text:section") and self._styles.hides_section(element)

    def _heading(self, heading: Element) -> None:
        level = heading.get(odf("text:outline-level"), "1")
        text = paragraph_text(heading, self._styles)
        self._blocks.add_heading(text, int(level) if level.isdigit() else 1)
        self._hanging(heading)

    def _paragraph(self, paragraph: Element, mark: str = "") -> None:
        text = paragraph_text(paragraph, self._styles)
        if text:
            self._blocks.add(f"{mark}{text}", item=bool(mark))
            if not self.title and self._styles.is_title(paragraph):
                self.title = " ".join(text.split())
        self._hanging(paragraph)

    def _hanging(self, paragraph: Element) -> None:
        """Append the notes of a paragraph, then the boxes that hang on it."""
        for mark, body in notes_of(paragraph):
            texts = (paragraph_text(line, self._styles) for line in body.iter(odf("text:p")))
            self._blocks.add(f"[{mark}] {' '.join(filter(None, texts))}")
        for shape in shapes_of(paragraph):
            self.visit(shape)

    def _list(self, element: Element, depth: int) -> None:
        for item in element:
            mark = f"{_INDENT * depth}- "
            for child in item:
                if child.tag == odf("text:p"):
                    self._paragraph(child, mark)
                    mark = _INDENT * (depth + 1)
                elif child.tag == odf("text:list"):
                    self._list(child, depth + 1)
                elif child.tag == odf("text:h"):
                    self._heading(child)

    def _table(self, table: Element) -> None:
        """Append a table of data as such, and what lies in a box or a layout as paragraphs."""
        if is_data_table(table):
            self._blocks.add(markdown_table(table_rows(table, self._cell_text)))
            return
        for row in rows_of(table):
            for cell in cells_of(row):
                self.visit(cell)

    def _cell_text(self, cell: Element) -> str:
        return " ".join(self._cell_texts(cell))

    def _cell_texts(self, cell: Element) -> Iterator[str]:
        blocks = BlockBuilder()
        OdfWalk(blocks, self._styles).visit(cell)
        yield from blocks.text.split()
