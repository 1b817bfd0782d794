"""What a mail says: plain text or a page, with the history that it quotes once."""

import re
from collections.abc import Iterator
from itertools import groupby

from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.html_page import page_body, parsed_page
from ingest.loaders.html_table import is_data_table
from ingest.loaders.html_visibility import element_text, is_hidden
from ingest.loaders.html_walk import Walk
from ingest.loaders.mail import Body

_QUOTE_MARKS = re.compile(r"\A(?:>[ \t]?)*")
_SHORTEST_REPEATED = 80
_LEAST_PLAIN_SHARE = 0.6


class HistoryOnceBuilder(BlockBuilder):
    """Leaves out long blocks that were there before: replies quote what they answer."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str] = set()

    def add(self, block: str, *, item: bool = False) -> None:
        """Append a block, unless one with the same words, quoted or not, stands above."""
        words = _without_marks(block)
        if len(words) >= _SHORTEST_REPEATED:
            if words in self._seen:
                return
            self._seen.add(words)
        super().add(block, item=item)

    def add_heading(self, text: str, level: int) -> None:
        """Append a heading, also one that is there already."""
        self._seen.discard(_without_marks(text))
        super().add_heading(text, level)

    def add_document(self, text: str) -> int:
        """Append the text of another document as it is; return where it begins."""
        super().add(text)
        return len(self.text) - len(text.rstrip())


def best_body(plain: str, page: str) -> Body:
    """Return the page where the plain text is less than it: a stub, or without its tables."""
    if not page.strip():
        return Body(plain)
    body = page_body(parsed_page(page))
    shown = len(element_text(body, is_hidden).replace(" ", ""))
    has_tables = any(is_data_table(table) for table in body.iter("table"))
    written = len("".join(plain.split()))
    if written and written >= _LEAST_PLAIN_SHARE * shown and not has_tables:
        return Body(plain)
    return Body(page, is_page=True) if shown else Body(plain)


def add_body(blocks: BlockBuilder, body: Body) -> None:
    """Append what a reader of the mail sees."""
    if body.is_page:
        Walk(blocks, is_hidden).visit(page_body(parsed_page(body.text)))
        return
    for block in _plain_blocks(body.text):
        blocks.add(block)


def _plain_blocks(text: str) -> Iterator[str]:
    """Yield paragraphs; one ends where the depth of quoting changes."""
    lines = (line.rstrip() for line in text.splitlines())
    for (is_blank, _), group in groupby(lines, key=lambda line: (not _bare(line), _depth(line))):
        if not is_blank:
            yield "\n".join(group)


def _depth(line: str) -> int:
    match = _QUOTE_MARKS.match(line)
    return match[0].count(">") if match else 0


def _bare(line: str) -> str:
    return _QUOTE_MARKS.sub("", line, count=1).strip()


def _without_marks(block: str) -> str:
    return " ".join(" ".join(map(_bare, block.splitlines())).split())
