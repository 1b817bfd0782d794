"""The report of ``eval rewrite``."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from eval.report.bars import Bar, bars
from eval.report.markup import tag
from eval.report.page import figure, plots, section
from eval.report.tables import Cell, comparison_table, mean_cell, table

FORMS = {"last_turn": "as asked", "rewritten": "rewritten", "human": "by people"}


def rewrite_sections(report: Mapping[str, Any]) -> list[Element]:
    """Return a section a set, and what is closed of the gap on the mean."""
    return [_section(name, found) for name, found in report["sets"].items()] + _mean(report)


def _section(name: str, found: Mapping[str, Any]) -> Element:
    forms = [form for form in FORMS if form in found]
    compared = found["comparison"]["measure"]
    given = [
        Bar(FORMS[form], found[form][compared], found["intervals"][form][compared])
        for form in forms
    ]
    return section(
        name,
        tag("p", None, f"{found['queries']:,} questions. {_gap(found)}"),
        _means(found, forms),
        comparison_table([(f"rewritten against as asked, {compared}", found["comparison"])]),
        plots(figure(f"{compared} by form of the question", bars(f"{compared} by form", given))),
    )


def _means(found: Mapping[str, Any], forms: Sequence[str]) -> Element:
    measures = dict.fromkeys(measure for form in forms for measure in found[form])
    rows: list[list[Cell]] = [
        [
            measure,
            *(
                mean_cell(found[form].get(measure), found["intervals"][form].get(measure))
                for form in forms
            ),
        ]
        for measure in measures
    ]
    return table(["measure", *(FORMS[form] for form in forms)], rows)


def _gap(found: Mapping[str, Any]) -> str:
    share = found.get("gap_closed")
    if share is None:
        return ""
    ends = ("no bound" if end is None else f"{end:.2f}" for end in found["gap_closed_interval"])
    return (
        f"Of the gap between the question as asked and as people wrote it out {share:.2f} is"
        f" closed (95 % interval {' – '.join(ends)})."
    )


def _mean(report: Mapping[str, Any]) -> list[Element]:
    share = report["mean"]["gap_closed"]
    if share is None or len(report["sets"]) < 2:
        return []
    said = f"Of the gap {share:.2f} is closed; each set counts the same."
    return [section("Mean over sets", tag("p", None, said))]
