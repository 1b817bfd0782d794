"""Where the time of a question goes, step by step."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from eval.report.axes import LEFT, RIGHT, WIDTH, drawing, label, line
from eval.report.markup import tag

_ROW = 28
_NAMES = 84
_NUMBERS = 2 * LEFT

Percentiles = Mapping[str, float]


def stage_latency(steps: Mapping[str, Percentiles]) -> Element:
    """Return a bar to each step's median, and a line on to its 95th percentile."""
    most = max((step["p95"] for step in steps.values()), default=0.0) or 1.0
    rows = [
        part
        for number, (name, step) in enumerate(steps.items())
        for part in _row(name, step, number * _ROW, most)
    ]
    return drawing("Milliseconds by step", *rows, height=_ROW * len(steps) + 8)


def _row(name: str, step: Percentiles, top: float, most: float) -> list[Element]:
    middle = top + _ROW / 2
    half, nearly_all = _x(step["p50"] / most), _x(step["p95"] / most)
    shape = {"x": _NAMES, "y": top + 5, "width": round(half - _NAMES, 2), "height": _ROW - 10}
    said = f"{step['p50']:.1f} / {step['p95']:.1f}"
    return [
        label(_NAMES - 8, middle + 4, name, anchor="end"),
        tag("rect", {**shape, "class": "one", "rx": 2}),
        line((half, middle), (nearly_all, middle), "whisker"),
        label(WIDTH - RIGHT, middle + 4, said, anchor="end", kind="quiet"),
    ]


def _x(share: float) -> float:
    return round(_NAMES + share * (WIDTH - RIGHT - _NUMBERS - _NAMES), 2)
