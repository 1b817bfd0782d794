"""Measures against values worked out by hand."""

from math import log2

import pytest

from eval.metrics import MEASURES, measure

RELEVANCE = {"가": {"d1": 1, "d2": 2}, "b": {"d1": 1}, "none": {"d3": 1}}
RANKINGS = {"b": ["d9", "d1"], "가": ["d2", "d9", "d1"], "none": []}


def test_values_are_those_of_the_definitions_in_the_order_of_the_queries() -> None:
    values = measure(RELEVANCE, RANKINGS)
    ndcg = (2 + 1 / log2(4)) / (2 + 1 / log2(3))
    assert values["ndcg@10"] == pytest.approx([ndcg, 1 / log2(3), 0])
    assert values["recall@1"] == pytest.approx([0.5, 0, 0])
    assert values["recall@5"] == pytest.approx([1, 1, 0])
    assert values["mrr@10"] == pytest.approx([1, 0.5, 0])


def test_every_measure_is_there_when_nothing_was_found() -> None:
    values = measure(RELEVANCE, {})
    assert set(values) == set(MEASURES)
    assert all(found.tolist() == [0, 0, 0] for found in values.values())


def test_only_ten_documents_count() -> None:
    late = [f"x{number:02}" for number in range(9)]
    tenth = measure({"q": {"d": 1}}, {"q": [*late, "d"]})
    assert tenth["mrr@10"] == pytest.approx([0.1])
    assert tenth["recall@5"] == pytest.approx([0])
    assert tenth["recall@10"] == pytest.approx([1])
