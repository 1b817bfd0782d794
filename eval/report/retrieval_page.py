"""The report of ``eval retrieval``."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from eval.report.bars import Bar, bars
from eval.report.markup import tag
from eval.report.page import figure, plots, section
from eval.report.recall_by_k import recall_by_k
from eval.report.tables import Cell, mean_cell, table

COMPARED = "ndcg@10"


def retrieval_sections(report: Mapping[str, Any]) -> list[Element]:
    """Return a section a set: what each leg finds, and what is won by joining them."""
    return [_section(name, found) for name, found in report["sets"].items()]


def _section(name: str, found: Mapping[str, Any]) -> Element:
    legs, between = found["legs"], found["intervals"]
    worth = [Bar(leg, means[COMPARED], between[leg][COMPARED]) for leg, means in legs.items()]
    return section(
        name,
        tag("p", None, f"{found['queries']:,} queries, {found['documents']:,} documents."),
        _figures(legs, between),
        _comparisons(found["comparisons"]),
        plots(
            figure(f"{COMPARED} of each leg", bars(f"{COMPARED} of each leg", worth)),
            figure("Recall by k", recall_by_k(legs)),
        ),
    )


def _figures(legs: Mapping[str, Any], between: Mapping[str, Any]) -> Element:
    measures = list(next(iter(legs.values())))
    rows: list[list[Cell]] = [
        [leg, *(mean_cell(means[name], between[leg][name]) for name in measures)]
        for leg, means in legs.items()
    ]
    return table(["leg", *measures], rows)


def _comparisons(found: list[Mapping[str, Any]]) -> Element:
    rows: list[list[Cell]] = [
        [
            f"{one['leg']} against {one['against']}, {one['measure']}",
            f"{one['difference']:+.4f}",
            "{:+.4f} – {:+.4f}".format(*one["interval"]),
            f"{one['p']:.4f}",
        ]
        for one in found
    ]
    return table(["comparison", "difference", "95 % interval", "p"], rows)
