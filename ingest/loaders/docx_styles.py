"""What a Word style means: heading level, title, list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.etree import _Element as Element

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_NAME = re.compile(r"(?:heading|제목|개요)\s*([1-9])", re.IGNORECASE)
_TITLE_NAME = re.compile(r"title|제목", re.IGNORECASE)
_LIST_NAME = re.compile(r"(?:list\b|목록|글머리).*", re.IGNORECASE)
_OUTLINE_LEVELS = 9
_LONGEST_INHERITANCE = 20


def word(tag: str) -> str:
    """Return the tag in Word's main namespace, as lxml writes it."""
    return f"{_WORD}{tag}"


def attribute(element: Element, tag: str) -> str:
    """Return what a child element of this tag says, nothing when there is none."""
    child = element.find(word(tag))
    return "" if child is None else str(child.get(word("val"), ""))


@dataclass(frozen=True, slots=True)
class ParagraphKind:
    """What a paragraph is; ``heading_level`` and ``list_level`` are None for plain text."""

    heading_level: int | None = None
    list_level: int | None = None
    is_title: bool = False


class Styles:
    """The styles of one document, by their ids."""

    def __init__(self, element: Element) -> None:
        self._styles = {style.get(word("styleId")): style for style in element}

    def kind(self, paragraph: Element) -> ParagraphKind:
        """Return what the paragraph is by its own properties, then by its style's."""
        chain = self.chain(paragraph)
        names = [attribute(style, "name") for style in chain[1:]]
        levels = (_outline_level(element) for element in chain)
        named = (int(match[1]) for match in map(_HEADING_NAME.fullmatch, names) if match)
        level = next((level for level in (*levels, *named) if level is not None), None)
        if level is not None and level <= _OUTLINE_LEVELS:
            return ParagraphKind(heading_level=level)
        is_title = bool(names and _TITLE_NAME.fullmatch(names[0]))
        return ParagraphKind(list_level=_list_level(chain, names), is_title=is_title)

    def list_of(self, style_id: str) -> str:
        """Return the id of the list that a style names; nothing where it names none."""
        path = f"{word('pPr')}/{word('numPr')}"
        style = self._styles.get(style_id)
        numbering = None if style is None else style.find(path)
        return "" if numbering is None else attribute(numbering, "numId")

    def chain(self, paragraph: Element) -> list[Element]:
        """Return the paragraph, its style, and the styles that one is based on."""
        chain = [paragraph]
        style_id = _property(paragraph, "pStyle")
        while style_id in self._styles and len(chain) < _LONGEST_INHERITANCE:
            style = self._styles[style_id]
            chain.append(style)
            style_id = attribute(style, "basedOn")
        return chain


def _outline_level(element: Element) -> int | None:
    """Return the outline level counted from 1; one more than there are means body text."""
    value = _property(element, "outlineLvl")
    return int(value) + 1 if value.isascii() and value.isdigit() else None


def _list_level(chain: Sequence[Element], names: Sequence[str]) -> int | None:
    """Return how deep a list item stands, from 0; numbering 0 takes a paragraph out of a list."""
    for element in chain:
        numbering = element.find(f"{word('pPr')}/{word('numPr')}")
        if numbering is not None:
            level = attribute(numbering, "ilvl")
            in_list = attribute(numbering, "numId") != "0"
            return (int(level) if level.isdigit() else 0) if in_list else None
    return 0 if any(_LIST_NAME.fullmatch(name) for name in names) else None


def _property(element: Element, tag: str) -> str:
    properties = element.find(word("pPr"))
    return "" if properties is None else attribute(properties, tag)
