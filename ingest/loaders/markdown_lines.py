"""Where the tags that Markdown's parser found in a line stand in the source."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from ingest.loaders.markdown_edits import Edit
from ingest.loaders.markdown_tags import Span, spans

_ONE_LINE = frozenset({"heading_open", "th_open", "td_open"})
_IN_CELL = frozenset({"th_open", "td_open"})
_SPACES = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class _Placed:
    """The places of tags by their numbers among the children; ``end`` is where the lines end."""

    tags: Mapping[int, tuple[int, int]]
    end: int
    opening: str


def inline_edits(tokens: Sequence[Token], text: str, line_starts: Sequence[int]) -> Iterator[Edit]:
    """Yield what becomes of the tags in the lines of a Markdown text."""
    position = 0
    for number, token in enumerate(tokens):
        children = token.children or []
        if not token.map or not any(child.type == "html_inline" for child in children):
            continue
        first, last = line_starts[token.map[0]], line_starts[token.map[1]]
        tags = _places(children, text, (max(position, first), last))
        placed = _Placed(tags, last, tokens[number - 1].type)
        for span in spans(children):
            yield from _edit(span, placed, text)
        position = max((end for _, end in tags.values()), default=position)


def _places(
    children: Sequence[Token], text: str, between: tuple[int, int]
) -> dict[int, tuple[int, int]]:
    """Return where each tag stands; one that was escaped, or stands in code, is none."""
    found = {}
    position, end = between
    for number, child in enumerate(children):
        if child.type == "code_inline":
            start = text.find(child.markup, position, end)
            inside = start + len(child.markup) + len(child.content)
            after = text.find(child.markup, inside, end) if start >= 0 else -1
            position = after + len(child.markup) if after >= 0 else position
        elif child.type == "html_inline":
            start = _unescaped(child.content, text, position, end)
            if start >= 0:
                position = start + len(child.content)
                found[number] = (start, position)
    return found


def _unescaped(piece: str, text: str, start: int, end: int) -> int:
    place = text.find(piece, start, end)
    while place > start and text[place - 1] == "\\":
        place = text.find(piece, place + 1, end)
    return place


def _edit(span: Span, placed: _Placed, text: str) -> Iterator[Edit]:
    if span.first not in placed.tags:
        return
    start, end = placed.tags[span.first]
    if span.is_open and placed.opening not in _IN_CELL:
        end = max(end, len(text[: placed.end].rstrip("\n")))
    elif span.last in placed.tags:
        end = placed.tags[span.last][1]
    yield Edit(start, end, _shown(span.text, text, end, placed.opening))


def _shown(shown: str, text: str, end: int, opening: str) -> str:
    """Return what stands for a tag: in a cell or a heading, a line break is a space."""
    spaces = _SPACES.match(text, end)
    following = spaces.end() if spaces else end
    if not shown or text[following : following + 1] in {"\n", ""}:
        return ""
    one_line = opening in _ONE_LINE or shown == " "
    return shown if not one_line else " " if following == end else ""
