"""The report of ``eval speed``."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from eval.report.markup import tag
from eval.report.page import figure, plots, section
from eval.report.stage_latency import stage_latency
from eval.report.tables import table


def speed_sections(report: Mapping[str, Any]) -> list[Element]:
    """Return a section a set: each step beside the bare encoder."""
    return [_section(name, found) for name, found in report["sets"].items()]


def _section(name: str, found: Mapping[str, Any]) -> Element:
    steps, ratio = found["milliseconds"], found["ratio_to_encoder"]
    rows = [[step, f"{each['p50']:.1f}", f"{each['p95']:.1f}"] for step, each in steps.items()]
    return section(
        name,
        tag(
            "p",
            None,
            f"{found['questions']:,} questions, one at a time, {found['answered']:,} answered. An"
            f" answer takes {ratio['p50']:.1f} times as long as encoding its question alone in the"
            f" same run (95th percentile: {ratio['p95']:.1f} times). A busy machine makes both"
            " slow: compare the ratio.",
        ),
        table(["step", "median ms", "95th percentile ms"], rows),
        plots(figure("Milliseconds by step: median / 95 %", stage_latency(steps))),
    )
