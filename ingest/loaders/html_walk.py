"""A page's tree becomes blocks: the walk knows headings, paragraphs, lists and tables."""

from lxml.etree import _Element as Element

from ingest.loaders.blocks import BlockBuilder, markdown_table
from ingest.loaders.html_table import is_data_table, table_rows
from ingest.loaders.html_visibility import BLOCKS, Skip, element_text, verbatim_text

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LISTS = frozenset({"ul", "ol", "menu", "dir", "dl"})
_ITEMS = frozenset({"li", "dd"})
_INDENT = "  "

_DEEPEST = 100
"""No page of people nests deeper; further down all is one text, and the stack has room for it."""


class Walk:
    """Appends what it visits to ``blocks``; ``skip`` says which elements to leave out."""

    def __init__(self, blocks: BlockBuilder, skip: Skip) -> None:
        self._blocks = blocks
        self._skip = skip
        self._line: list[str] = []
        self._marker = ""
        self._depth = 0
        self._level = 0

    def visit(self, element: Element) -> None:
        """Append everything inside this element."""
        self._children(element)
        self._flush()

    def _children(self, element: Element) -> None:
        self._line.append(_collapsed(element.text))
        for child in element:
            if not self._skip(child):
                self._child(child)
            self._line.append(_collapsed(child.tail))

    def _child(self, element: Element) -> None:
        self._level += 1
        if element.tag == "br":
            self._line.append("\n")
        elif self._level > _DEEPEST:
            self._line.append(element_text(element, self._skip))
        elif element.tag in BLOCKS:
            self._flush()
            self._block(element)
            self._flush()
        else:
            self._children(element)
        self._level -= 1

    def _block(self, element: Element) -> None:
        if element.tag in _HEADINGS and not self._depth:
            self._blocks.add_heading(element_text(element, self._skip), _HEADINGS[element.tag])
        elif element.tag == "pre":
            self._blocks.add(verbatim_text(element, self._skip))
        elif element.tag == "table" and is_data_table(element):
            self._blocks.add(_caption(element, self._skip))
            self._blocks.add(markdown_table(table_rows(element, self._skip)))
        elif element.tag in _LISTS:
            self._list(element)
        elif element.tag in _ITEMS:
            self._marker = "- "
            self._children(element)
        else:
            self._children(element)

    def _list(self, element: Element) -> None:
        self._depth += 1
        self._children(element)
        self._flush()
        self._depth -= 1

    def _flush(self) -> None:
        """Append the line that was collected as one block, as a list item inside a list."""
        lines = (" ".join(line.split()) for line in "".join(self._line).split("\n"))
        text = "\n".join(line for line in lines if line)
        self._line.clear()
        if not text:
            return
        if self._depth:
            indent = _INDENT * (self._depth - 1)
            text = f"{indent}{self._marker or (_INDENT if self._depth > 1 else '')}{text}"
        self._marker = ""
        self._blocks.add(text, item=bool(self._depth))


def _caption(table: Element, skip: Skip) -> str:
    """Return a table's caption, which stands above it."""
    caption = table.find("caption")
    return "" if caption is None or skip(caption) else element_text(caption, skip)


def _collapsed(text: str | None) -> str:
    """Return the text as a browser lays it out: line ends in the source are spaces."""
    if not text:
        return ""
    words = " ".join(text.split())
    return f"{' ' * text[0].isspace()}{words}{' ' * (text[-1].isspace() and bool(words))}"
