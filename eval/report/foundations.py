"""What the figures of a report rest on: settings, weights, and the index of each set."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from eval.report.markup import tag
from eval.report.page import section
from eval.report.tables import facts, table


def foundations(report: Mapping[str, Any]) -> Element:
    """Return the last section of every report."""
    parts = _searched(report) if "sets" in report else []
    parts += [tag("h3", None, "Settings"), facts(report["settings"])]
    if "mix" in report:
        off_topic = ", ".join(report["mix"]["off_topic"]) or None
        parts += [tag("h3", None, "Questions"), facts({**report["mix"], "off_topic": off_topic})]
    return section("What this rests on", *parts)


def _searched(report: Mapping[str, Any]) -> list[Element]:
    """Return the models and indexes of a report on question sets."""
    models = [
        [role, model["name"], model.get("sha256", "–")]
        for role, model in report.get("models", {}).items()
    ]
    return [
        tag("h3", None, "Models"),
        table(["role", "name", "SHA-256"], models),
        tag("h3", None, "Indexes"),
        _indexes(report["sets"]),
    ]


def _indexes(sets: Mapping[str, Any]) -> Element:
    names = ("revision", "documents", "parents", "children", "embedder", "analyzer")
    rows = [
        [name, *(f"{found['index'][each]}" for each in names)]
        for name, found in sets.items()
        if found.get("index")
    ]
    return table(["set", *names], rows)
