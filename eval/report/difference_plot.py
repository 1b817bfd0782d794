"""Differences with their intervals around a line at nothing: what is left of it is worse."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from eval.report.axes import RIGHT, WIDTH, drawing, label, line
from eval.report.markup import tag
from eval.report.names import name_label, room_for

_ROW = 26
_NUMBERS = 56


@dataclass(frozen=True, slots=True)
class Change:
    """A difference with its name and interval; ``is_significant`` says that it is no chance."""

    name: str
    difference: float
    interval: Sequence[float]
    is_significant: bool


def difference_plot(title: str, changes: Sequence[Change]) -> Element:
    """Return a point and a line each; the scale reaches as far as the widest interval."""
    room = room_for(change.name for change in changes)
    most = max((abs(end) for change in changes for end in change.interval), default=0.0) or 1.0
    middle = _x(0.0, room, most)
    height = _ROW * len(changes) + 8
    rows = [
        part for number, change in enumerate(changes) for part in _row(change, number, room, most)
    ]
    return drawing(title, line((middle, 0), (middle, height), "diagonal"), *rows, height=height)


def _row(change: Change, number: int, room: float, most: float) -> list[Element]:
    y = number * _ROW + _ROW / 2 + 2
    low, high = (_x(end, room, most) for end in change.interval)
    kind = "two" if change.is_significant else "one"
    place = {"cx": _x(change.difference, room, most), "cy": y, "r": 4, "class": kind}
    return [
        name_label(change.name, room, y + 4),
        line((low, y), (high, y), f"span {kind}"),
        tag("circle", place),
        label(WIDTH - RIGHT, y + 4, f"{change.difference:+.3f}", anchor="end", kind="quiet"),
    ]


def _x(value: float, room: float, most: float) -> float:
    share = (value + most) / (2 * most)
    return round(room + 4 + share * (WIDTH - RIGHT - _NUMBERS - room - 8), 2)
