"""Lines, cells and notes of an RTF file become blocks."""

from dataclasses import dataclass

from ingest.loaders.blocks import BlockBuilder, markdown_table, repeated_label
from ingest.loaders.rtf_characters import joined_pairs

_MOST_COLUMNS = 100


@dataclass(slots=True)
class _Row:
    """A row as far as it was read; ``merged`` tells for each column whether it goes on above."""

    cells: list[str]
    merged: list[bool]


class RtfLayout:
    """Appends to ``blocks`` what the reader tells: text, and where lines, cells, rows end."""

    def __init__(self, blocks: BlockBuilder) -> None:
        self._blocks = blocks
        self._line: list[str] = []
        self._outer: list[list[str]] = []
        self._below: list[str] = []
        self._notes = 0
        self._row = _Row([], [])
        self._rows: list[list[str]] = []

    def add(self, text: str) -> None:
        """Append characters to the line."""
        self._line.append(text)

    def end_line(self, level: int | None, *, in_table: bool) -> None:
        """End a paragraph, which is a heading where it has a level."""
        if self._outer or in_table:
            self._line.append("\n")
            return
        text = self._taken()
        if text.strip() or self._below:
            self._end_table()
        self._add_block(text, level)

    def begin_aside(self) -> None:
        """Begin a footnote or a text box inside a line, which goes on after it."""
        self._outer.append(self._line)
        self._line = []

    def end_aside(self, *, numbered: bool) -> None:
        """End it: it stands below the line, a footnote with its number."""
        text = " ".join(self._taken().split())
        self._line = self._outer.pop()
        if text and numbered:
            self._notes += 1
            self._line.append(f"[{self._notes}]")
            text = f"[{self._notes}] {text}"
        if text:
            self._below.append(text)

    def begin_row(self) -> None:
        """Forget how the columns of the row before are merged."""
        self._row.merged = []

    def declare_column(self, *, merged: bool) -> None:
        """Tell of the next column whether its cell belongs to the one above."""
        self._row.merged.append(merged)

    def end_cell(self) -> None:
        """End a cell of the row."""
        if not self._outer:
            self._row.cells.append(self._taken())

    def end_row(self) -> None:
        """End a row."""
        above = self._rows[-1] if self._rows else []
        cells = self._row.cells[:_MOST_COLUMNS]
        for column, merged in enumerate(self._row.merged[: len(cells)]):
            if merged and not cells[column].strip() and column < len(above):
                cells[column] = repeated_label(above[column])
        if cells:
            self._rows.append(cells)
        self._row.cells = []

    def end(self) -> None:
        """End the file: what was begun is appended."""
        while self._outer:
            self.end_aside(numbered=False)
        text = self._taken()
        if self._row.cells:
            self.end_row()
        self._end_table()
        self._add_block(text, None)

    def _taken(self) -> str:
        text = joined_pairs("".join(self._line))
        self._line = []
        return text

    def _add_block(self, text: str, level: int | None) -> None:
        lines = "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
        if level is None:
            self._blocks.add(lines, item=lines.startswith("- "))
        else:
            self._blocks.add_heading(lines, level)
        self._add_below()

    def _add_below(self) -> None:
        for text in self._below:
            self._blocks.add(text)
        self._below = []

    def _end_table(self) -> None:
        """Append the rows so far; a table of one column is a frame around paragraphs."""
        rows, self._rows = self._rows, []
        if any(len(row) > 1 for row in rows):
            self._blocks.add(markdown_table(rows))
        else:
            for row in rows:
                self._blocks.add(row[0].strip())
        if rows:
            self._add_below()
