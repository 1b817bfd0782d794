"""The share of questions with an answer at each confidence; on the diagonal it is honest."""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from eval.report.axes import Axes, below, drawing, grid, label, line
from eval.report.markup import tag

Bin = Mapping[str, float | None]
_TICKS = (0, 0.2, 0.4, 0.6, 0.8, 1)


def reliability_diagram(bins: Sequence[Bin], threshold: float) -> Element:
    """Return a point a bin, larger for more questions, and a line at the threshold."""
    axes = Axes(0.0, 1.0)
    most = max((one["queries"] or 0 for one in bins), default=0) or 1
    points = [_point(axes, one, most) for one in bins if one["queries"]]
    where = axes.x(threshold)
    return drawing(
        "Share of questions with an answer, by confidence",
        *grid(axes, _TICKS),
        *below(axes, [(tick, f"{tick:g}") for tick in _TICKS], "confidence"),
        line((axes.x(0), axes.y(0)), (axes.x(1), axes.y(1)), "diagonal"),
        line((where, axes.y(0)), (where, axes.y(1)), "grid"),
        _name(where, axes.y(0) - 6, threshold),
        *points,
    )


def _name(where: float, y: float, threshold: float) -> Element:
    """Return the threshold's name on the side of its line where there is room."""
    left = threshold > _TICKS[-3]
    place, anchor = (where - 4, "end") if left else (where + 4, "start")
    return label(place, y, f"threshold {threshold:g}", anchor=anchor, kind="quiet")


def _point(axes: Axes, one: Bin, most: float) -> Element:
    confidence, answerable = one["confidence"] or 0.0, one["answerable"] or 0.0
    queries = one["queries"] or 0
    said = f"{queries:g} questions, confidence {confidence:.2f}, with an answer {answerable:.2f}"
    place = {"cx": axes.x(confidence), "cy": axes.y(answerable), "class": "one"}
    radius = round(3 + 9 * (queries / most) ** 0.5, 1)
    return tag("circle", {**place, "r": radius, "fill-opacity": 0.6}, tag("title", None, said))
