"""The lists that a Word document defines: how the numbers of each of their levels are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lxml.etree import _Element as Element

from ingest.loaders.docx_styles import Styles, attribute, word

_RELATIONSHIP = "/relationships/numbering"
_LONGEST_PATTERN = 200


@dataclass(frozen=True, slots=True)
class Level:
    """How one level is numbered.

    ``pattern`` is the text with ``%1`` for the number of the first level; ``restart`` says below
    how many levels the numbers begin anew (0 is never); ``style`` is the id of a style whose
    paragraphs stand on this level.
    """

    format: str
    pattern: str
    start: int
    restart: int
    style: str
    in_digits: bool
    separator: str


@dataclass(frozen=True, slots=True)
class ListDefinition:
    """Levels by their depth, from 0; lists of the same ``counter`` are numbered on and on.

    On the ``restarted`` levels the first item of this list begins anew.
    """

    counter: str
    levels: Mapping[int, Level]
    restarted: frozenset[int] = field(default_factory=frozenset)


def list_definitions(part: Any, styles: Styles) -> dict[str, ListDefinition]:  # noqa: ANN401 - docx has no types
    """Return the lists by the ids that paragraphs name; none where the file has no such part."""
    from docx.oxml.parser import parse_xml

    for relationship in part.rels.values():
        if relationship.reltype.endswith(_RELATIONSHIP) and not relationship.is_external:
            return definitions_in(parse_xml(relationship.target_part.blob), styles)
    return {}


def definitions_in(root: Element, styles: Styles) -> dict[str, ListDefinition]:
    """Return the lists that this element defines, by their ids."""
    bases = {_own(each, "abstractNumId"): each for each in root.iterfind(word("abstractNum"))}
    lists = {_own(each, "numId"): each for each in root.iterfind(word("num"))}
    levels = {name: _levels(base) for name, base in bases.items()}
    found = {}
    for name, element in lists.items():
        counter = attribute(element, "abstractNumId")
        linked = attribute(bases[counter], "numStyleLink") if counter in bases else ""
        if linked:  # the style of a list names the list that defines it
            other = lists.get(styles.list_of(linked))
            counter = counter if other is None else attribute(other, "abstractNumId")
        found[name] = _overridden(ListDefinition(counter, levels.get(counter, {})), element)
    return found


def _overridden(definition: ListDefinition, element: Element) -> ListDefinition:
    """Return the definition with what this list says differently of some levels."""
    levels, restarted = dict(definition.levels), set()
    for override in element.iterfind(word("lvlOverride")):
        depth = _number(_own(override, "ilvl"), 0)
        levels |= _levels(override)
        start = attribute(override, "startOverride")
        if start and depth in levels:
            levels[depth] = replace(levels[depth], start=_number(start, 1))
            restarted.add(depth)
    return ListDefinition(definition.counter, levels, frozenset(restarted))


def _levels(parent: Element) -> dict[int, Level]:
    elements = parent.iterfind(word("lvl"))
    return {depth: _level(each, depth) for each in elements if (depth := _depth(each)) is not None}


def _level(element: Element, depth: int) -> Level:
    hidden = element.find(f"{word('rPr')}/{word('vanish')}") is not None
    return Level(
        format=attribute(element, "numFmt") or "decimal",
        pattern="" if hidden else attribute(element, "lvlText")[:_LONGEST_PATTERN],
        start=_number(attribute(element, "start"), 0),
        restart=_number(attribute(element, "lvlRestart"), depth),
        style=attribute(element, "pStyle"),
        in_digits=element.find(word("isLgl")) is not None,
        separator="" if attribute(element, "suff") == "nothing" else " ",
    )


def _depth(element: Element) -> int | None:
    value = _own(element, "ilvl")
    return int(value) if value.isascii() and value.isdigit() else None


def _own(element: Element, name: str) -> str:
    return str(element.get(word(name), ""))


def _number(value: str, otherwise: int) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else otherwise
