"""Means beside each other, each with its interval: what a part is worth, seen at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from eval.report.axes import RIGHT, WIDTH, colour, drawing, label, line
from eval.report.markup import tag
from eval.report.names import name_label, room_for

_ROW = 34
_NUMBERS = 48


@dataclass(frozen=True, slots=True)
class Bar:
    """A mean from 0 to 1 with its name, its interval if it has one, and what it was before."""

    name: str
    mean: float
    interval: Sequence[float] | None = None
    before: float | None = None


def bars(title: str, given: Sequence[Bar], *, alike: bool = False) -> Element:
    """Return a horizontal bar each; those that are ``alike`` have one colour."""
    room = room_for(bar.name for bar in given)
    parts = [
        part
        for number, bar in enumerate(given)
        for part in _row(bar, number, colour(0 if alike else number), room)
    ]
    return drawing(title, *parts, height=_ROW * len(given) + 8)


def _row(bar: Bar, number: int, kind: str, room: float) -> list[Element]:
    top = number * _ROW + 6
    middle = top + _ROW / 2 - 4
    width = round(_x(bar.mean, room) - room, 2)
    shape = {"x": room, "y": top, "width": width, "height": _ROW - 10, "rx": 3}
    made = [
        name_label(bar.name, room, middle + 4),
        tag("rect", {**shape, "class": kind, "fill-opacity": 0.75}),
        label(WIDTH - RIGHT, middle + 4, f"{bar.mean:.3f}", anchor="end"),
    ]
    if bar.interval is not None:
        low, high = bar.interval
        made.append(line((_x(low, room), middle), (_x(high, room), middle), "whisker"))
    if bar.before is not None:
        place = _x(bar.before, room)
        made.append(line((place, top - 2), (place, top + _ROW - 8), "before"))
    return made


def _x(value: float, room: float) -> float:
    """Return how far right a value stands; the spread of a ratio may reach over the ends."""
    return round(room + min(1.0, max(0.0, value)) * (WIDTH - RIGHT - _NUMBERS - room), 2)
