"""Means beside each other, each with its interval: what a part is worth, seen at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from eval.report.axes import LEFT, RIGHT, WIDTH, colour, drawing, label, line
from eval.report.markup import tag

_ROW = 34
_NAMES = 132


@dataclass(frozen=True, slots=True)
class Bar:
    """A mean from 0 to 1 with its name, and its interval if it has one."""

    name: str
    mean: float
    interval: Sequence[float] | None = None


def bars(title: str, given: Sequence[Bar]) -> Element:
    """Return a horizontal bar each."""
    parts = [part for number, bar in enumerate(given) for part in _row(bar, number)]
    return drawing(title, *parts, height=_ROW * len(given) + 8)


def _row(bar: Bar, number: int) -> list[Element]:
    top = number * _ROW + 6
    middle = top + _ROW / 2 - 4
    width = round(_x(bar.mean) - _NAMES, 2)
    shape = {"x": _NAMES, "y": top, "width": width, "height": _ROW - 10, "rx": 3}
    made = [
        label(_NAMES - 8, middle + 4, bar.name, anchor="end"),
        tag("rect", {**shape, "class": colour(number), "fill-opacity": 0.75}),
        label(WIDTH - RIGHT, middle + 4, f"{bar.mean:.3f}", anchor="end"),
    ]
    if bar.interval is not None:
        low, high = bar.interval
        made.append(line((_x(low), middle), (_x(high), middle), "whisker"))
    return made


def _x(value: float) -> float:
    return round(_NAMES + value * (WIDTH - RIGHT - LEFT - _NAMES), 2)
