"""Tags of HTML inside the lines of Markdown: which of them, and what they hide, are left out."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from lxml import etree
from markdown_it.token import Token

from ingest.loaders.html_page import parsed_page
from ingest.loaders.html_visibility import BLOCKS, is_hidden

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>[^>]*)>")
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
_INLINE = frozenset(
    (  # noqa: SIM905 - as a list it would fill a screen
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark picture q"
        " rb rp rt rtc ruby s samp small span strike strong sub sup time tt u var"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that opens or closes an element."""

    name: str
    closes: bool
    rest: str

    @property
    def is_void(self) -> bool:
        """Return whether the element ends where it begins."""
        return self.name in _VOID

    @property
    def has_attributes(self) -> bool:
        """Return whether the tag says anything of its element, which nobody does in prose."""
        return "=" in self.rest

    @property
    def is_known(self) -> bool:
        """Return whether HTML has such elements; "List<String>" and "<your-name>" are words."""
        return self.name in _INLINE or self.name in BLOCKS or self.is_void or self.hides

    @property
    def hides(self) -> bool:
        """Return whether a reader does not see what is in the element."""
        if not self.rest.strip(" /"):
            return is_hidden(etree.Element(self.name))
        root = parsed_page(f"<{self.name}{self.rest}>")
        return any(is_hidden(element) for element in root.iter(self.name))


@dataclass(frozen=True, slots=True)
class Span:
    """The children of a line from ``first`` to ``last`` that give way to a text.

    ``is_open`` is set where the element that hides them is never closed.
    """

    first: int
    last: int
    text: str = ""
    is_open: bool = False


def tags_in(html: str) -> Iterator[tuple[int, Tag]]:
    """Yield the tags of a piece of HTML with their places."""
    for match in _TAG.finditer(html):
        yield match.start(), Tag(match["name"].lower(), match["close"] == "/", match["rest"])


def spans(children: Sequence[Token]) -> Iterator[Span]:
    """Yield what is left out of the parsed line, in its order."""
    position = 0
    with_attributes = {tag.name for tag in map(_tag, children) if tag and tag.has_attributes}
    while position < len(children):
        span = _span(children, position, with_attributes)
        if span is not None:
            yield span
            position = span.last
        position += 1


def _span(children: Sequence[Token], position: int, known: Set[str]) -> Span | None:
    """Return what this tag makes of itself and what is behind it; None for a word."""
    child = children[position]
    tag = _tag(child)
    if tag is None:  # comments, declarations and the like are no tags either
        return Span(position, position) if child.type == "html_inline" else None
    if not tag.is_known and tag.name not in known:
        return None
    if tag.hides and not tag.closes and not tag.is_void and not child.content.endswith("/>"):
        return _hidden(children, position, tag.name)
    if tag.name == "br":
        return Span(position, position, "\n")
    return Span(position, position, " " if tag.name in BLOCKS else "")


def _hidden(children: Sequence[Token], position: int, name: str) -> Span:
    """Return the span up to where the hidden element is closed, or to the end of the line."""
    depth = 0
    for place in range(position, len(children)):
        if children[place].type == "html_inline":
            tag = _tag(children[place])
            depth += 0 if tag is None or tag.name != name else -1 if tag.closes else 1
            if depth <= 0:
                return Span(position, place)
    return Span(position, len(children) - 1, is_open=True)


def _tag(token: Token) -> Tag | None:
    found = tags_in(token.content) if token.type == "html_inline" else iter(())
    return next((tag for _, tag in found), None)


def visible(children: Sequence[Token]) -> Iterator[Token]:
    """Yield what a reader sees of a parsed line; a line break is a space."""
    position = 0
    for span in spans(children):
        yield from children[position : span.first]
        if span.text:
            yield Token("text", "", 0, content=" ")
        position = span.last + 1
    yield from children[position:]
