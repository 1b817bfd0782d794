"""The report of ``eval abstention``."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from eval.report.markup import tag
from eval.report.page import figure, plots, section
from eval.report.reliability_diagram import reliability_diagram
from eval.report.stage_latency import stage_latency
from eval.report.tables import Cell, mean_cell, table

MEASURES = {
    "precision": "precision",
    "recall": "recall",
    "auroc": "AUROC",
    "ece": "ECE",
    "accuracy": "accuracy",
}


def abstention_sections(report: Mapping[str, Any]) -> list[Element]:
    """Return a section with all sets, and one for each."""
    rows: list[list[Cell]] = [
        [
            name,
            f"{found['queries']:,}",
            *(mean_cell(found[each], found["intervals"].get(each)) for each in MEASURES),
        ]
        for name, found in report["sets"].items()
    ]
    everything = section(
        "All sets",
        tag(
            "p",
            None,
            "Positive are questions that should be refused, as many as the others; the score is"
            " 1 - confidence. Below each figure stands its 95 % bootstrap interval.",
        ),
        table(["set", "queries", *MEASURES.values()], rows),
    )
    return [everything, *(_section(name, found) for name, found in report["sets"].items())]


def _section(name: str, found: Mapping[str, Any]) -> Element:
    kinds = [
        [kind, f"{counts['queries']:,}", f"{counts['refused']:,}"]
        for kind, counts in found["kinds"].items()
    ]
    languages = found["languages"]
    diagrams = {"Reliability": found["reliability"]}
    if len(languages) > 1:
        diagrams |= {f"Reliability, {one}": part["reliability"] for one, part in languages.items()}
    return section(
        name,
        table(["questions", "asked", "refused"], kinds),
        _languages(languages),
        _reliability(found["reliability"]),
        plots(
            *(
                figure(caption, reliability_diagram(bins, found["threshold"]))
                for caption, bins in diagrams.items()
            ),
            figure("Milliseconds by step: median / 95 %", stage_latency(found["latency_ms"])),
        ),
    )


def _languages(languages: Mapping[str, Any]) -> Element:
    rows: list[list[Cell]] = [
        [language, f"{found['queries']:,}", *(mean_cell(found[name]) for name in MEASURES)]
        for language, found in languages.items()
    ]
    return table(["language", "queries", *MEASURES.values()], rows)


def _reliability(bins: list[Mapping[str, Any]]) -> Element:
    rows: list[list[Cell]] = [
        [
            f"{one['low']:.1f} – {one['high']:.1f}",
            f"{one['queries']:,}",
            mean_cell(one["confidence"]),
            mean_cell(one["answerable"]),
        ]
        for one in bins
    ]
    return table(["confidence", "queries", "mean confidence", "with an answer"], rows)
