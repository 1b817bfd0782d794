"""The report of ``eval gate``."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from eval.report.bars import Bar, bars
from eval.report.markup import tag
from eval.report.page import figure, plots, section
from eval.report.tables import Cell, mean_cell, table, verdict_cell


def gate_sections(report: Mapping[str, Any]) -> list[Element]:
    """Return the verdict with all figures, and the questions that changed."""
    figures, passed = report["figures"], report["passed"]
    given = [
        Bar(name, each["mean"], each["interval"], each["before"]) for name, each in figures.items()
    ]
    verdict = section(
        "Verdict",
        tag(
            "p",
            {"class": "better" if passed else "worse"},
            "The gate is passed." if passed else "The gate fails.",
        ),
        tag(
            "p",
            None,
            f"{len(report['outcomes']):,} frozen questions, paired with the accepted state; the"
            " gate fails when a figure is significantly worse (paired bootstrap, p < .05) or below"
            " its floor. The thick mark in a bar is the accepted state.",
        ),
        table(
            ["figure", "now", "questions", "accepted", "change", "p", "verdict"],
            [_row(name, each) for name, each in figures.items()],
        ),
        plots(figure("Figures", bars("Figures of the gate", given, alike=True))),
    )
    return [verdict, _changes(report["changes"])]


def _row(name: str, each: Mapping[str, Any]) -> list[Cell]:
    before, change = each["before"], each["difference"]
    return [
        name,
        mean_cell(each["mean"], each["interval"]),
        f"{each['questions']:,}",
        mean_cell(before),
        "–" if change is None else f"{change:+.3f}",
        "–" if each["p"] is None else f"{each['p']:.4f}",
        _verdict(each),
    ]


def _verdict(each: Mapping[str, Any]) -> Cell:
    if each["below_floor"]:
        return verdict_cell(f"below {each['floor']:.2f}", good=False)
    if each["worse"]:
        return verdict_cell("worse", good=False)
    return verdict_cell("better", good=True) if each["better"] else "–"


def _changes(found: list[Mapping[str, Any]]) -> Element:
    if not found:
        return section("Questions that changed", tag("p", None, "None."))
    rows: list[list[Cell]] = [
        [
            one["id"],
            verdict_cell("worse" if one["is_worse"] else "better", good=not one["is_worse"]),
            one["what"],
        ]
        for one in sorted(found, key=lambda one: not one["is_worse"])
    ]
    return section("Questions that changed", table(["question", "", "what"], rows, kind="words"))
