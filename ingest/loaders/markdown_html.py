"""Blocks of HTML inside Markdown: they become what a reader of the page sees."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.html_page import page_body, parsed_page
from ingest.loaders.html_visibility import is_hidden
from ingest.loaders.html_walk import Walk
from ingest.loaders.markdown_edits import Edit
from ingest.loaders.markdown_tags import Tag, tags_in

_STRUCTURES = frozenset({"table", "ul", "ol", "dl"})
_MOST_LINES_WITH_TAGS = 400
_NOT_A_QUOTE = re.compile(r"[^>\s]")


@dataclass(frozen=True, slots=True)
class _Source:
    """The lines of a text, and what is known of them.

    ``html_ends`` says by its lines where a block of HTML ends, ``fences`` where code begins, and
    ``balances`` by the name of an element how many more are opened than closed in which line.
    """

    lines: Sequence[str]
    line_starts: Sequence[int]
    html_ends: Mapping[int, int]
    fences: frozenset[int]
    balances: Mapping[str, Sequence[tuple[int, int]]]


def block_edits(
    tokens: Sequence[Token], lines: Sequence[str], line_starts: Sequence[int]
) -> Iterator[Edit]:
    """Yield what becomes of the blocks of HTML in a Markdown text.

    A table, a list or a hidden element that blank lines cut into several blocks is read as one.
    """
    blocks = [(token, *_lines(token)) for token in tokens if _is_block(token)]
    source = _Source(
        lines,
        line_starts,
        {line: last for _, first, last in blocks for line in range(first, last)},
        frozenset(token.map[0] for token in tokens if token.type == "fence" and token.map),
        _balances(lines) if blocks else {},
    )
    done = 0
    for token, first, last in blocks:
        if first >= done:
            done = _end(token, last, source) if token.level == 0 else last
            yield _outer(source, first, done) if token.level == 0 else _inner(token, source)


def _is_block(token: Token) -> bool:
    """Return whether this is HTML; a comment that never ends is text."""
    return token.type == "html_block" and not token.content.lstrip().startswith("<!--")


def _lines(token: Token) -> tuple[int, int]:
    """Return the first line and the one behind the last."""
    first, last = token.map or (0, 0)
    return first, last


def _end(token: Token, last: int, source: _Source) -> int:
    """Return the line behind what the block begins; code that lies in between stays code."""
    for name, depth in _left_open(token.content):
        if depth > 0 and (opened := _opened(token.content, name)):
            end = _closing(name, depth, last, source)
            if not opened.hides and any(line in source.fences for line in range(last, end)):
                return last
            if end > last:
                return source.html_ends.get(end - 1, end)
    return last


def _left_open(html: str) -> Iterable[tuple[str, int]]:
    """Return the names of the elements, and how many more are opened than closed."""
    depths: Counter[str] = Counter()
    for _, tag in tags_in(html):
        depths[tag.name] += -1 if tag.closes else 1
    return depths.items()


def _opened(html: str, name: str) -> Tag | None:
    """Return the element of this name that goes on below: a structure, or one that hides."""
    found = (tag for _, tag in tags_in(html) if tag.name == name)
    opened = (tag for tag in found if not (tag.closes or tag.is_void))
    return next((tag for tag in opened if name in _STRUCTURES or tag.hides), None)


def _closing(name: str, depth: int, line: int, source: _Source) -> int:
    """Return the line behind the one that closes the element; where we are when none does."""
    balances = source.balances.get(name, ())
    begin = bisect_left(balances, (line, -len(source.lines)))
    for number, balance in balances[begin : begin + _MOST_LINES_WITH_TAGS] if depth > 0 else ():
        depth += balance
        if depth <= 0:
            return number + 1
    return line


def _balances(lines: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for number, line in enumerate(lines):
        for name, depth in _left_open(line):
            found.setdefault(name, []).append((number, depth))
    return found


def _outer(source: _Source, first: int, last: int) -> Edit:
    """Return the edit of a block of the document itself."""
    blocks = _read("".join(source.lines[first:last]))
    blank_before = first == 0 or not source.lines[first - 1].strip()
    blank_after = last == len(source.lines) or not source.lines[last].strip()
    start, end = source.line_starts[first], source.line_starts[last]
    if not blocks.text:
        swallowed = blank_before and blank_after and last < len(source.lines)
        return Edit(start, source.line_starts[last + swallowed], "" if swallowed else "\n")
    before, after = "" if blank_before else "\n", "\n" if blank_after else "\n\n"
    headings = (replace(each, start=each.start + len(before)) for each in blocks.headings)
    return Edit(start, end, f"{before}{blocks.text}{after}", tuple(headings))


def _inner(token: Token, source: _Source) -> Edit:
    """Return the edit of a block in a quotation or a list, whose marks stay before its lines."""
    first, last = _lines(token)
    line = source.lines[first].rstrip("\n")
    mark = line.removesuffix(token.content.split("\n", 1)[0]) if token.content else ""
    marks = [mark, _NOT_A_QUOTE.sub(" ", mark)]
    lines = _read(token.content).text.split("\n")
    shown = (f"{marks[number > 0]}{line}".rstrip() for number, line in enumerate(lines))
    text = "".join(f"{line}\n" for line in shown)
    return Edit(source.line_starts[first], source.line_starts[last], text)


def _read(html: str) -> BlockBuilder:
    blocks = BlockBuilder()
    Walk(blocks, is_hidden).visit(page_body(parsed_page(html)))
    return blocks
