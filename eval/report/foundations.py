"""What the figures of a report rest on: settings, weights, and the index of each set."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from eval.report.markup import tag
from eval.report.page import section
from eval.report.tables import facts, table


def foundations(report: Mapping[str, Any]) -> list[Element]:
    """Return the last section of every report that was measured, if anything is known of it."""
    parts = [*_models(report), *_indexes(report.get("sets", {}))]
    if report.get("settings"):
        parts += [tag("h3", None, "Settings"), facts(report["settings"])]
    if "mix" in report:
        off_topic = ", ".join(report["mix"]["off_topic"]) or None
        parts += [tag("h3", None, "Questions"), facts({**report["mix"], "off_topic": off_topic})]
    return [section("What this rests on", *parts)] if parts else []


def _models(report: Mapping[str, Any]) -> list[Element]:
    models = [
        [role, model["name"], model.get("sha256", "–")]
        for role, model in report.get("models", {}).items()
    ]
    if not models:
        return []
    return [tag("h3", None, "Models"), table(["role", "name", "SHA-256"], models, kind="words")]


def _indexes(sets: Mapping[str, Any]) -> list[Element]:
    names = ("revision", "documents", "parents", "children", "embedder", "analyzer")
    rows = [
        [name, *(f"{found['index'][each]}" for each in names)]
        for name, found in sets.items()
        if found.get("index")
    ]
    return [tag("h3", None, "Indexes"), table(["set", *names], rows, kind="words")] if rows else []
