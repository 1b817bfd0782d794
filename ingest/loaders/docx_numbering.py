"""The numbers that Word shows before paragraphs and does not write there: 2.1, 제3조, bullets."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml.etree import _Element as Element

from ingest.loaders.docx_lists import Level, ListDefinition
from ingest.loaders.docx_number_formats import number_text
from ingest.loaders.docx_styles import Styles, attribute, word

_PLACE = re.compile(r"%([1-9])")
_BULLET = "bullet"
_UNKNOWN = Level(_BULLET, "", 1, 0, "", False, " ")


@dataclass(frozen=True, slots=True)
class Number:
    """What stands before a paragraph on this level of a list; ``label`` is empty for a bullet."""

    level: int
    label: str
    is_bullet: bool
    separator: str

    def before(self, text: str) -> str:
        """Return the text behind its number."""
        return f"{self.label}{self.separator}{text}".strip() if self.label else text


class Numbering:
    """Counts the paragraphs of one document; each is asked about once, in their order."""

    def __init__(self, definitions: Mapping[str, ListDefinition], styles: Styles) -> None:
        self._definitions = definitions
        self._styles = styles
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def next(self, paragraph: Element) -> Number | None:
        """Return the paragraph's number; None outside of lists, and for what is not shown."""
        chain = self._styles.chain(paragraph)
        list_id = _first_said(chain, "numId")
        if list_id in {"", "0"} or _is_not_shown(paragraph):
            return None
        definition = self._definitions.get(list_id, ListDefinition("", {}))
        depth = _depth(chain, definition)
        level = definition.levels.get(depth, _UNKNOWN)
        if level.format == _BULLET:
            return Number(depth, "", True, " ")
        counts = self._counted(list_id, definition, depth)
        return Number(depth, _label(definition, level, counts), False, level.separator)

    def _counted(self, list_id: str, definition: ListDefinition, depth: int) -> Mapping[int, int]:
        """Return the numbers of all levels after this item was counted."""
        counts = self._counts.setdefault(definition.counter, {})
        if depth in definition.restarted and (list_id, depth) not in self._begun:
            counts.pop(depth, None)
        self._begun.add((list_id, depth))
        counts[depth] = counts.get(depth, definition.levels[depth].start - 1) + 1
        for deeper in [each for each in counts if each > depth]:
            if deeper not in definition.levels or depth < definition.levels[deeper].restart:
                del counts[deeper]
        return counts


def _first_said(chain: Sequence[Element], tag: str) -> str:
    """Return what the paragraph, else the nearest of its styles, says of its place in lists."""
    path = f"{word('pPr')}/{word('numPr')}"
    found = (element.find(path) for element in chain)
    said = (attribute(numbering, tag) for numbering in found if numbering is not None)
    return next(filter(None, said), "")


def _depth(chain: Sequence[Element], definition: ListDefinition) -> int:
    """Return the level: the paragraph's own, that of its style in the list, or what styles say."""
    by_style = {level.style: depth for depth, level in definition.levels.items() if level.style}
    own = _first_said(chain[:1], "ilvl")
    if not own:
        for style in chain[1:]:
            if (name := style.get(word("styleId"))) in by_style:
                return by_style[name]
    said = own or _first_said(chain[1:], "ilvl")
    return int(said) if said.isascii() and said.isdigit() else 0


def _label(definition: ListDefinition, level: Level, counts: Mapping[int, int]) -> str:
    def shown(match: re.Match[str]) -> str:
        depth = int(match[1]) - 1
        each = definition.levels.get(depth)
        if each is None:
            return ""
        return number_text(
            counts.get(depth, each.start), "decimal" if level.in_digits else each.format
        )

    return _PLACE.sub(shown, level.pattern).strip()


def _is_not_shown(paragraph: Element) -> bool:
    """Return whether the paragraph itself was deleted or hidden, so that Word does not count it."""
    marks = paragraph.find(f"{word('pPr')}/{word('rPr')}")
    hiding = (word("del"), word("moveFrom"), word("vanish"))
    return marks is not None and any(marks.find(tag) is not None for tag in hiding)
