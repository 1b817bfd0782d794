"""Text built block by block, for formats whose structure is a tree: HTML, DOCX and the like."""

from collections.abc import Sequence

from ingest.document import Heading

_LONGEST_REPEATED_LABEL = 60


class BlockBuilder:
    """Collects blocks and headings; blocks are one blank line apart, list items one line."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._after_item = False
        self.headings: list[Heading] = []

    @property
    def text(self) -> str:
        """Return all blocks so far."""
        return "".join(self._parts)

    def add(self, block: str, *, item: bool = False) -> None:
        """Append a block; an ``item`` stands on the line below the item before it."""
        if not block.strip():
            return
        if self._parts:
            self._append("\n" if item and self._after_item else "\n\n")
        self._append(block.rstrip())
        self._after_item = item

    def add_heading(self, text: str, level: int) -> None:
        """Append a heading as a block on one line; an empty one is left out."""
        line = " ".join(text.split())
        if line:
            self.add(line)
            self.headings.append(Heading(self._length - len(line), level, line))

    def _append(self, part: str) -> None:
        self._parts.append(part)
        self._length += len(part)


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Return the rows as a Markdown table whose first row is the head; cells are one line each."""
    filled = [[_cell(text) for text in row] for row in rows]
    filled = [row for row in filled if any(row)]
    if not filled:
        return ""
    width = max(len(row) for row in filled)
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in filled]
    lines.insert(1, f"| {' | '.join(['---'] * width)} |")
    return "\n".join(lines)


def repeated_label(text: str) -> str:
    """Return what the rows below show for a cell that spans them: a label, but no long text.

    A row can then be read without those above it.
    """
    return text if len(text) <= _LONGEST_REPEATED_LABEL else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
