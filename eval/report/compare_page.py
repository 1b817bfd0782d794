"""The report of ``eval compare``."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from eval.report.difference_plot import Change, difference_plot
from eval.report.markup import tag
from eval.report.page import figure, plots, section
from eval.report.tables import Cell, table, verdict_cell

BETTER, WORSE = "better", "worse"


def compare_sections(report: Mapping[str, Any]) -> list[Element]:
    """Return what was compared, a section a set, and the settings that differ."""
    found = [one for part in report["sets"].values() for one in part["differences"]]
    significant = sum(one["verdict"] in (BETTER, WORSE) for one in found)
    head = section(
        "What was compared",
        tag(
            "p",
            None,
            f"First {report['first']}, second {report['second']}: two reports of"
            f" {report['measured']}, paired query by query. {significant:,} of {len(found):,}"
            " differences are significant (paired bootstrap, p < .05); by chance alone it would be"
            " about one in twenty.",
        ),
    )
    sets = [_section(name, part) for name, part in report["sets"].items()]
    return [head, *sets, _settings(report["settings_that_differ"])]


def _section(name: str, part: Mapping[str, Any]) -> Element:
    rows: list[list[Cell]] = [_row(one) for one in part["differences"]]
    header = ["measure", "queries", "first", "second", "difference", "95 % interval", "p"]
    changes = [
        Change(one["measure"], one["difference"], one["interval"], _is_told(one))
        for one in part["differences"]
    ]
    return section(
        name,
        tag(
            "p",
            None,
            f"{part['shared']:,} queries of both runs; the first has {part['first']:,}, the second"
            f" {part['second']:,}.",
        ),
        table([*header, "second is"], rows),
        plots(figure("Second minus first", difference_plot(f"Differences of {name}", changes))),
    )


def _row(one: Mapping[str, Any]) -> list[Cell]:
    return [
        one["measure"],
        f"{one['queries']:,}",
        f"{one['means'][0]:.3f}",
        f"{one['means'][1]:.3f}",
        f"{one['difference']:+.3f}",
        "{:+.3f} – {:+.3f}".format(*one["interval"]),
        f"{one['p']:.4f}",
        verdict_cell(one["verdict"], good=one["verdict"] == BETTER) if _is_told(one) else "–",
    ]


def _is_told(one: Mapping[str, Any]) -> bool:
    return one["verdict"] in (BETTER, WORSE)


def _settings(differences: Mapping[str, Any]) -> Element:
    if not differences:
        return section("Settings that differ", tag("p", None, "None."))
    rows = [
        [name, *("–" if value is None else str(value) for value in pair)]
        for name, pair in differences.items()
    ]
    header = ["setting", "first", "second"]
    return section("Settings that differ", table(header, rows, kind="words"))
