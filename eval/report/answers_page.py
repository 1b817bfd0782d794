"""The report of ``eval answers``."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from eval.report.bars import Bar, bars
from eval.report.markup import tag
from eval.report.page import figure, plots, section
from eval.report.stage_latency import stage_latency
from eval.report.tables import Cell, mean_cell, table

MEASURES = {
    "em": "exact match",
    "f1": "F1",
    "sentence_contains_gold": "gold in answer",
    "found": "document found",
    "judged": "judged right",
    "impossible_em": "impossible refused",
}


def answers_sections(report: Mapping[str, Any]) -> list[Element]:
    """Return a section with all sets, and one for each."""
    sets = report["sets"]
    shown = [
        name for name in MEASURES if any(found.get(name) is not None for found in sets.values())
    ]
    rows: list[list[Cell]] = [
        [
            name,
            f"{found['answered']:,} of {found['queries']:,}",
            *(mean_cell(found.get(each), found["intervals"].get(each)) for each in shown),
        ]
        for name, found in sets.items()
    ]
    everything = section(
        "All sets",
        tag(
            "p",
            None,
            "Exact match and F1 as the scripts of SQuAD 2.0 (words) and KorQuAD 1.0 (characters)"
            " define them, over all answerable questions; one that was refused counts 0. Below"
            " each mean stands its 95 % bootstrap interval.",
        ),
        table(["set", "answered", *(MEASURES[name] for name in shown)], rows),
    )
    return [everything, *(_section(name, found) for name, found in sets.items())]


def _section(name: str, found: Mapping[str, Any]) -> Element:
    given = [
        Bar(MEASURES[each], found[each], found["intervals"].get(each))
        for each in MEASURES
        if found.get(each) is not None
    ]
    return section(
        name,
        tag("p", None, _counts(found)),
        _languages(found["languages"]),
        plots(
            figure("Figures", bars(f"Figures of {name}", given)),
            figure("Milliseconds by step: median / 95 %", stage_latency(found["latency_ms"])),
        ),
    )


def _counts(found: Mapping[str, Any]) -> str:
    given = " The right document was given." if found["given"] else ""
    judge = found.get("judge")
    judged = (
        f" {judge['model']} judged them; {judge['unreadable']:,} of {judge['verdicts']:,} verdicts"
        " could not be read."
        if judge
        else ""
    )
    return (
        f"{found['answered']:,} of {found['queries']:,} answerable questions were answered,"
        f" {found['spans']:,} of them in a few words; {found['retrieval_misses']:,} were not shown"
        f" a right document. {found['impossible_answered']:,} of {found['impossible_queries']:,}"
        f" impossible questions were answered.{given}{judged}"
    )


def _languages(languages: Mapping[str, Any]) -> Element:
    shown = [name for name in MEASURES if any(name in found for found in languages.values())]
    rows: list[list[Cell]] = [
        [language, f"{found['queries']:,}", *(mean_cell(found.get(name)) for name in shown)]
        for language, found in languages.items()
    ]
    return table(["language", "queries", *(MEASURES[name] for name in shown)], rows)
