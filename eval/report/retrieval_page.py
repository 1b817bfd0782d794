"""The report of ``eval retrieval``."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from eval.report.bars import Bar, bars
from eval.report.markup import tag
from eval.report.page import figure, plots, section
from eval.report.recall_by_k import recall_by_k
from eval.report.tables import Cell, comparison_table, mean_cell, table

COMPARED = "ndcg@10"
LEGS = {
    "bm25": "BM25",
    "dense": "dense",
    "children": "fused, children alone",
    "fused": "fused",
    "reranked": "+ reranker",
    "hyde": "+ HyDE",
}


def retrieval_sections(report: Mapping[str, Any]) -> list[Element]:
    """Return a section a set: what each leg finds, and what is won by joining them."""
    return [_section(name, found) for name, found in report["sets"].items()]


def _section(name: str, found: Mapping[str, Any]) -> Element:
    legs, between = found["legs"], found["intervals"]
    worth = [
        Bar(_title(leg, legs), means[COMPARED], between[leg][COMPARED])
        for leg, means in legs.items()
    ]
    recalls = {_title(leg, legs): means for leg, means in legs.items()}
    caption = f"{COMPARED}, part by part"
    return section(
        name,
        tag("p", None, f"{found['queries']:,} queries, {found['documents']:,} documents."),
        _figures(legs, between),
        comparison_table(
            [
                (f"{one['leg']} against {one['against']}, {one['measure']}", one)
                for one in found["comparisons"]
            ]
        ),
        tag("p", None, _parts(found)),
        plots(
            figure(caption, bars(f"{caption}: {name}", worth)),
            figure("Recall by k", recall_by_k(recalls)),
        ),
    )


def _title(leg: str, legs: Mapping[str, Any]) -> str:
    """Return what a leg is called; beside one without parents, fused is the one with them."""
    return "fused + parents" if leg == "fused" and "children" in legs else LEGS[leg]


def _parts(found: Mapping[str, Any]) -> str:
    """Return what the parts are, and which ones were not measured."""
    legs, imagined = found["legs"], found["imagined"]
    said = []
    if "children" in legs:
        said.append(
            "Children alone: words are searched in children too. The service searches words in"
            " parents and meaning in children, which is fused + parents."
        )
    else:
        said.append("What parents are worth is measured with --ablation.")
    if "reranked" not in legs:
        said.append("No reranker is configured.")
    if imagined:
        said.append(
            f"HyDE: {imagined['model']} imagined a passage for {imagined['questions']:,} of"
            f" {found['queries']:,} queries; for the others the search is the one without."
        )
    elif "children" in legs:
        said.append("HyDE needs a language model, and none is configured.")
    else:
        said.append("HyDE is measured with --ablation where a language model is configured.")
    return " ".join(said)


def _figures(legs: Mapping[str, Any], between: Mapping[str, Any]) -> Element:
    measures = list(next(iter(legs.values())))
    rows: list[list[Cell]] = [
        [_title(leg, legs), *(mean_cell(means[name], between[leg][name]) for name in measures)]
        for leg, means in legs.items()
    ]
    return table(["leg", *measures], rows)
