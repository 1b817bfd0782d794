"""A Word document's body becomes blocks, in the order of the file."""

from collections.abc import Mapping

from lxml.etree import _Element as Element

from ingest.loaders.blocks import BlockBuilder, markdown_table
from ingest.loaders.docx_numbering import Number, Numbering
from ingest.loaders.docx_styles import ParagraphKind, Styles, word
from ingest.loaders.docx_table import is_data_table, table_rows
from ingest.loaders.docx_text import footnote_ids, paragraph_text, text_boxes

_INDENT = "  "
_DELETED = frozenset({word("del"), word("moveFrom")})


class DocxWalk:
    """Appends what it visits to ``blocks``; ``title`` is the first paragraph in a title style."""

    def __init__(
        self,
        blocks: BlockBuilder,
        styles: Styles,
        numbering: Numbering,
        footnotes: Mapping[str, str],
    ) -> None:
        self.title = ""
        self._blocks = blocks
        self._styles = styles
        self._numbering = numbering
        self._footnotes = footnotes

    def visit(self, container: Element) -> None:
        """Append the paragraphs and tables inside; content controls and the like are opened."""
        for child in container:
            if child.tag == word("p"):
                self._paragraph(child)
            elif child.tag == word("tbl"):
                self._table(child)
            elif child.tag not in _DELETED:
                self.visit(child)

    def _paragraph(self, paragraph: Element) -> None:
        text = paragraph_text(paragraph)
        number = self._numbering.next(paragraph)
        if text:
            self._add(text, self._styles.kind(paragraph), number)
        for note_id in footnote_ids(paragraph):
            if note_id in self._footnotes:
                self._blocks.add(f"[{note_id}] {self._footnotes[note_id]}")
        for box in text_boxes(paragraph):
            self.visit(box)

    def _add(self, text: str, kind: ParagraphKind, number: Number | None) -> None:
        if kind.is_title and not self.title:
            self.title = text
        numbered = number.before(text) if number else text
        if kind.heading_level is not None:
            self._blocks.add_heading(numbered, kind.heading_level)
        elif number is not None and number.label:
            self._blocks.add(f"{_INDENT * number.level}{numbered}", item=True)
        elif number.is_bullet if number else kind.list_level is not None:
            depth = number.level if number else kind.list_level or 0
            self._blocks.add(f"{_INDENT * depth}- {text}", item=True)
        else:
            self._blocks.add(text)

    def _in_cell(self, paragraph: Element) -> str:
        """Return a paragraph of a table; of an empty one Word shows the number too."""
        number = self._numbering.next(paragraph)
        text = paragraph_text(paragraph)
        return number.before(text) if number else text

    def _table(self, table: Element) -> None:
        """Append a table of data as such, and what lies in a box or a layout as paragraphs."""
        if is_data_table(table):
            self._blocks.add(markdown_table(table_rows(table, self._in_cell)))
            return
        for cell in table.iterfind(f".//{word('tc')}"):
            if next(cell.iterancestors(word("tbl"))) is table:
                self.visit(cell)
