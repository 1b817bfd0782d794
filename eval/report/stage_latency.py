"""Where the time of a question goes, step by step."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from eval.report.axes import RIGHT, WIDTH, drawing, label, line
from eval.report.markup import tag
from eval.report.names import name_label, room_for

_ROW = 28
_NUMBERS = 116

Percentiles = Mapping[str, float]


def stage_latency(steps: Mapping[str, Percentiles]) -> Element:
    """Return a bar to each step's median, and a line on to its 95th percentile."""
    most = max((step["p95"] for step in steps.values()), default=0.0) or 1.0
    room = room_for(steps)
    rows = [
        part
        for number, (name, step) in enumerate(steps.items())
        for part in (
            name_label(name, room, number * _ROW + _ROW / 2 + 4),
            *_times(step, number * _ROW, room, most),
        )
    ]
    return drawing("Milliseconds by step", *rows, height=_ROW * len(steps) + 8)


def _times(step: Percentiles, top: float, room: float, most: float) -> list[Element]:
    middle = top + _ROW / 2
    half, nearly_all = _x(step["p50"] / most, room), _x(step["p95"] / most, room)
    shape = {"x": room, "y": top + 5, "width": round(half - room, 2), "height": _ROW - 10}
    said = f"{step['p50']:.1f} / {step['p95']:.1f}"
    return [
        tag("rect", {**shape, "class": "one", "rx": 2}),
        line((half, middle), (nearly_all, middle), "whisker"),
        label(WIDTH - RIGHT, middle + 4, said, anchor="end", kind="quiet"),
    ]


def _x(share: float, room: float) -> float:
    return round(room + share * (WIDTH - RIGHT - _NUMBERS - room), 2)
