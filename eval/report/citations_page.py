"""The report of ``eval citations``."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from eval.report.bars import Bar, bars
from eval.report.markup import tag
from eval.report.page import figure, plots, section
from eval.report.stage_latency import stage_latency
from eval.report.tables import Cell, share_cell, table

SHARES = {
    "questions_answered": "questions answered",
    "citations_verified": "citations verified",
    "marks_match": "marks match",
    "spans_stand": "spans stand",
    "nearest_passages_verbatim": "nearest verbatim",
}


def citations_sections(report: Mapping[str, Any]) -> list[Element]:
    """Return a section with all sets, and the plots of each."""
    rows: list[list[Cell]] = [
        [name, *(share_cell(found[each]) for each in SHARES), "met" if found["met"] else "missed"]
        for name, found in report["sets"].items()
    ]
    everything = section(
        "All sets",
        tag(
            "p",
            None,
            "A citation verifies when its quote is the text of its document from start to end, and"
            " its statement stands in the quote, character for character; marks match when they are"
            " the numbers of the citations, once each and in order. Below each share stand the"
            " counts and Wilson's 95 % interval. At least"
            f" {100 * report['asked']['citations_verified']:.0f} % of the citations must verify.",
        ),
        table(["set", *SHARES.values(), "asked"], rows),
    )
    return [everything, *(_section(name, found) for name, found in report["sets"].items())]


def _section(name: str, found: Mapping[str, Any]) -> Element:
    given = [
        Bar(title, found[each]["share"], found[each]["interval"]) for each, title in SHARES.items()
    ]
    return section(
        name,
        plots(
            figure("Shares", bars(f"Shares of {name}", given)),
            figure("Milliseconds by step: median / 95 %", stage_latency(found["latency_ms"])),
        ),
    )
