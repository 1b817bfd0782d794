"""How many of the right documents are among the first k."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from eval.report.axes import (
    HEIGHT,
    Axes,
    below,
    colour,
    drawing,
    grid,
    legend,
    legend_height,
)
from eval.report.markup import tag

PREFIX = "recall@"


def recall_by_k(legs: Mapping[str, Mapping[str, float]]) -> Element:
    """Return a line a leg through its measures named ``recall@k``."""
    depths = sorted({int(name.removeprefix(PREFIX)) for leg in legs.values() for name in _of(leg)})
    axes = Axes(min(depths) - 0.5, max(depths) + 0.5)
    lines = [part for number, leg in enumerate(legs.values()) for part in _line(axes, leg, number)]
    return drawing(
        "Recall by the number of documents that are looked at",
        *grid(axes, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        *below(axes, [(depth, str(depth)) for depth in depths], "first k documents"),
        *lines,
        *legend(list(legs)),
        height=HEIGHT + legend_height(list(legs)),
    )


def _of(leg: Mapping[str, float]) -> list[str]:
    return [name for name in leg if name.startswith(PREFIX)]


def _line(axes: Axes, leg: Mapping[str, float], number: int) -> list[Element]:
    values = sorted((int(name.removeprefix(PREFIX)), leg[name]) for name in _of(leg))
    places = [(axes.x(depth), axes.y(value)) for depth, value in values]
    points = " ".join(f"{x},{y}" for x, y in places)
    dots = [tag("circle", {"cx": x, "cy": y, "r": 3, "class": colour(number)}) for x, y in places]
    return [tag("polyline", {"points": points, "class": colour(number)}), *dots]
