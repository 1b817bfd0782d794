"""A Hangul document becomes blocks, in the order in which it is read."""

from collections.abc import Iterable, Mapping

from ingest.loaders.base import RawDocument
from ingest.loaders.blocks import BlockBuilder, markdown_table
from ingest.loaders.hwp_flat import flat_text, mark, notes_within
from ingest.loaders.hwp_model import PLAIN, Box, Cell, Note, Paragraph, ParagraphKind, Table
from ingest.loaders.hwp_table import framed, is_data_table, rows_of_cells, table_rows
from ingest.loaders.titles import meaningful_title

_INDENT = "  "
_LONGEST_HEADING = 120


class HwpWalk:
    """Appends what it visits to the text of a document."""

    def __init__(self) -> None:
        self._title = ""
        self._blocks = BlockBuilder()

    def document(self, title: str, metadata: Mapping[str, str]) -> RawDocument:
        """Return what was visited; ``title`` is what the properties of the file call it.

        A paragraph in a title style is a better title, the first heading one where both lack.
        """
        headings = self._blocks.headings
        first = next((heading.text for heading in headings if heading.level == 1), "")
        return RawDocument(
            text=self._blocks.text,
            title=self._title or meaningful_title(title) or first,
            headings=tuple(headings),
            metadata=metadata,
        )

    def visit(self, paragraphs: Iterable[Paragraph]) -> None:
        """Append the paragraphs, each followed by its notes and by the drawings that float."""
        for paragraph in paragraphs:
            self._paragraph(paragraph)

    def _paragraph(self, paragraph: Paragraph) -> None:
        text = ""
        kind = paragraph.kind
        floating: list[Box | Table] = []
        for piece in paragraph.pieces:
            if isinstance(piece, str):
                text += piece
            elif isinstance(piece, Note):
                text += mark(piece)
            elif text.strip() and not piece.in_line:
                floating.append(piece)
            else:
                self._add(text, kind)
                kind = PLAIN if text.strip() else kind
                text = ""
                self._object(piece)
        self._add(text, kind)
        self._notes(piece for piece in paragraph.pieces if isinstance(piece, Note))
        for piece in floating:
            self._object(piece)

    def _add(self, text: str, kind: ParagraphKind) -> None:
        """Append a text; outlines also number whole sentences, which are no headings."""
        text = text.strip()
        if kind.is_title and not self._title:
            self._title = text
        if kind.heading_level is not None and len(text) <= _LONGEST_HEADING:
            self._blocks.add_heading(text, kind.heading_level)
        elif kind.list_level is not None and text:
            self._blocks.add(f"{_INDENT * kind.list_level}- {text}", item=True)
        else:
            self._blocks.add(text)

    def _notes(self, notes: Iterable[Note]) -> None:
        for note in notes:
            text = flat_text(note.paragraphs)
            self._blocks.add(f"{mark(note)} {text}" if text else "")

    def _object(self, piece: Box | Table) -> None:
        if isinstance(piece, Box):
            self.visit(piece.paragraphs)
        elif is_data_table(piece):
            self._table(piece)
        else:
            self.visit(piece.caption)
            for cells in rows_of_cells(piece):
                self.visit(cells[0].paragraphs)

    def _table(self, table: Table) -> None:
        """Append a table of data under its caption, and what a row frames as blocks of its own."""
        caption = flat_text(table.caption)
        rows: list[list[Cell]] = []
        for cells in rows_of_cells(table):
            frame = framed(cells)
            if frame is None:
                rows.append(cells)
                continue
            self._rows(caption, rows)
            caption, rows = "", []
            self.visit(frame.paragraphs)
        self._rows(caption, rows)
        self._notes(notes_within(table.caption))

    def _rows(self, caption: str, rows: list[list[Cell]]) -> None:
        cells = [cell.paragraphs for row in rows for cell in row]
        self._blocks.add(f"{caption}\n{markdown_table(table_rows(rows, flat_text))}".strip())
        self._notes(note for paragraphs in cells for note in notes_within(paragraphs))
