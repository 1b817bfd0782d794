"""What the plots share: a drawing with axes, and places on it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from eval.report.markup import Child, tag
from eval.report.page import SERIES

WIDTH, HEIGHT = 420, 290
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 12, 44
_LEGEND_ROW = 18


@dataclass(frozen=True, slots=True)
class Axes:
    """Two linear scales; the plot's corners are at their ends."""

    x_low: float
    x_high: float
    y_low: float = 0.0
    y_high: float = 1.0

    def x(self, value: float) -> float:
        """Return how far right a value stands."""
        share = (value - self.x_low) / (self.x_high - self.x_low)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 2)

    def y(self, value: float) -> float:
        """Return how far down a value stands."""
        share = (value - self.y_low) / (self.y_high - self.y_low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 2)


def drawing(title: str, *children: Child, height: float = HEIGHT) -> Element:
    """Return a drawing that tells its title to whoever cannot see it."""
    shape = {"viewBox": f"0 0 {WIDTH} {height:g}", "font-size": 12}
    return tag("svg", {**shape, "role": "img", "aria-label": title}, *children)


def grid(axes: Axes, ticks: Sequence[float]) -> list[Element]:
    """Return a line and a number at the left for each tick."""
    made = []
    for tick in ticks:
        made.append(line((LEFT, axes.y(tick)), (WIDTH - RIGHT, axes.y(tick)), "grid"))
        made.append(label(LEFT - 8, axes.y(tick) + 4, f"{tick:g}", anchor="end", kind="quiet"))
    return made


def below(axes: Axes, ticks: Sequence[tuple[float, str]], name: str) -> list[Element]:
    """Return words under the plot, and what they count."""
    made = [
        label(axes.x(value), HEIGHT - BOTTOM + 18, text, anchor="middle", kind="quiet")
        for value, text in ticks
    ]
    middle = (LEFT + WIDTH - RIGHT) / 2
    return [*made, label(middle, HEIGHT - 8, name, anchor="middle", kind="quiet")]


def line(start: tuple[float, float], end: tuple[float, float], kind: str) -> Element:
    """Return a line."""
    (x1, y1), (x2, y2) = start, end
    return tag("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "class": kind})


def label(x: float, y: float, text: str, *, anchor: str = "start", kind: str = "") -> Element:
    """Return words at a place."""
    return tag("text", {"x": x, "y": y, "text-anchor": anchor, "class": kind}, text)


def legend(names: Sequence[str]) -> list[Element]:
    """Return the names of series in their colours, two beside each other, below the plot."""
    made = []
    for number, name in enumerate(names):
        row, column = divmod(number, 2)
        x = LEFT + column * (WIDTH - LEFT - RIGHT) / 2
        y = HEIGHT + 10 + _LEGEND_ROW * row
        made.append(tag("circle", {"cx": x, "cy": y - 4, "r": 4, "class": colour(number)}))
        made.append(label(x + 10, y, name))
    return made


def legend_height(names: Sequence[str]) -> float:
    """Return how much taller a drawing is with a legend."""
    return _LEGEND_ROW * math.ceil(len(names) / 2)


def colour(number: int) -> str:
    """Return the class of a series' colour."""
    return SERIES[number % len(SERIES)]
