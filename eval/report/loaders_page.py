"""The report of ``eval loaders``."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from eval.report.markup import tag
from eval.report.page import section
from eval.report.tables import Cell, mean_cell, table

FIGURES = {
    "median_recall": "recall",
    "worst_recall": "worst tenth",
    "median_precision": "precision",
    "worst_precision": "worst tenth",
}


def loaders_sections(report: Mapping[str, Any]) -> list[Element]:
    """Return how files ended, how faithful they are, and which ones to look at."""
    return [_formats(report), _fidelity(report), _worst(report)]


def _formats(report: Mapping[str, Any]) -> Element:
    header = ["format", "files", "ingested", "reported", "crashes", "hangs", "seconds", "slowest"]
    rows = [
        [
            name,
            f"{found['files']:,}",
            f"{found['ingested']:,}",
            ", ".join(f"{number:,} {reason}" for reason, number in found["reported"].items()),
            f"{found['crashes']:,}",
            f"{found['hangs']:,}",
            f"{found['seconds']:.1f}",
            f"{found['slowest_seconds']:.2f}",
        ]
        for name, found in report["formats"].items()
    ]
    return section("How files were read", table(header, rows))


def _fidelity(report: Mapping[str, Any]) -> Element:
    rows: list[list[Cell]] = [
        [
            row["format"],
            row["oracle"],
            f"{row['files']:,}",
            *(mean_cell(row[name]) for name in FIGURES),
            "missed" if row["missed"] else "met",
        ]
        for row in report["fidelity"]
    ]
    asked: list[Cell] = [
        "asked",
        "",
        "",
        *(mean_cell(report["asked"][each]) for each in FIGURES),
        "",
    ]
    return section(
        "How faithfully",
        tag(
            "p",
            None,
            "Recall is the share of the oracle's letters that the text has, precision the share of"
            " the text's letters that the oracle has: medians over the files, and the mean of the"
            " worst tenth.",
        ),
        table(["format", "oracle", "files", *FIGURES.values(), ""], [*rows, asked]),
    )


def _worst(report: Mapping[str, Any]) -> Element:
    files = report["files"]
    rows: list[list[Cell]] = [
        [
            source,
            row["oracle"],
            files[source]["ended"],
            mean_cell(files[source]["recall"]),
            mean_cell(files[source]["precision"]),
        ]
        for row in report["fidelity"]
        if row["missed"]
        for source in row["worst"]
    ]
    header = ["file", "oracle", "ended", "recall", "precision"]
    return section("Files to look at", table(header, rows, kind="paths"))
