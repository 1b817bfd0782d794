"""Names beside bars: how much room they take, and what becomes of one that takes too much."""

import unicodedata
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from eval.report.axes import label
from eval.report.markup import tag

_NARROW, _WIDE = 7.8, 12.5
"""Pixels of a Latin and of a Korean character at the size of the drawings, rounded up."""
_GAP = 8
_MOST = 184.0


def room_for(names: Iterable[str]) -> float:
    """Return how far right the bars begin."""
    widest = max(map(_width, names), default=0.0)
    return round(min(widest, _MOST) + _GAP, 1)


def name_label(name: str, room: float, y: float) -> Element:
    """Return a name that ends left of the bars; a long one is cut, and told to the pointer."""
    shown = _cut(name, room - _GAP)
    made = label(room - _GAP, y, shown, anchor="end")
    if shown != name:
        made.append(tag("title", None, name))
    return made


def _cut(name: str, room: float) -> str:
    if _width(name) <= room:
        return name
    kept = name
    while kept and _width(kept) + _NARROW > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _width(text: str) -> float:
    return _GAP / 2 + sum(
        _WIDE if unicodedata.east_asian_width(one) in "WF" else _NARROW for one in text
    )
