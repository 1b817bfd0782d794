"""The dashboard asks for metrics, and by labels, that the service really exports."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from app.api.application import WebOptions, create_application
from tests.unit.app.services import make_service

DASHBOARD = Path(__file__).parents[2] / "docker" / "grafana" / "dashboard.json"
METRIC = re.compile(r"\b(?:mureum|process)_[a-z_]+\b")
GROUPED = re.compile(r"by \(([a-z, ]+)\) \(.*?((?:mureum|process)_[a-z_]+)")
OF_PROMETHEUS = {"instance", "job"}


def expressions(node: object) -> Iterator[str]:
    """Yield every query of panels and variables."""
    if isinstance(node, dict):
        for name, inner in node.items():
            if name in {"expr", "query"} and isinstance(inner, str):
                yield inner
            else:
                yield from expressions(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from expressions(inner)


QUERIES = list(expressions(json.loads(DASHBOARD.read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def exported() -> dict[str, set[str]]:
    """Return the labels of every metric, by name, of a service that did something."""
    with TestClient(create_application(make_service(), WebOptions())) as client:
        asked = client.post("/ask", json={"question": "병가는 며칠인가요?"}).json()
        client.post("/feedback", json={"session_id": asked["session_id"], "rating": "up"})
        client.get("/nothing")
        text = client.get("/metrics").text
    labels: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels.setdefault(sample.name, set()).update(sample.labels)
    return labels


def test_every_metric_that_is_asked_for_is_exported(exported: dict[str, set[str]]) -> None:
    asked = {name for query in QUERIES for name in METRIC.findall(query)}
    assert len(asked) > 15
    assert asked - exported.keys() == set()


def test_every_label_that_is_grouped_by_is_there(exported: dict[str, set[str]]) -> None:
    grouped = [found for query in QUERIES for found in GROUPED.findall(query)]
    assert len(grouped) > 8
    for labels, metric in grouped:
        assert set(labels.split(", ")) <= exported[metric] | OF_PROMETHEUS, metric


def test_every_metric_of_ours_is_shown(exported: dict[str, set[str]]) -> None:
    asked = {name for query in QUERIES for name in METRIC.findall(query)}
    ours = {name for name in exported if name.startswith("mureum_")}
    parts = ("_sum", "_count", "_created")
    shown = {name for name in ours if name.endswith(parts) or name in asked}
    assert ours - shown == set()
