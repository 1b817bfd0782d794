"""What is reported of the values of every query."""

from typing import Any

import numpy as np
import pytest

from eval.metrics import MEASURES
from eval.results import SetResult, macro_mean


def result(name: str, **means: float) -> SetResult:
    """Return a set of 40 queries, each with the mean of its leg."""
    values = {
        leg: {measure: np.full(40, mean) for measure in MEASURES} for leg, mean in means.items()
    }
    return SetResult(name, documents=7, queries=40, values=values)


def test_fused_is_compared_with_the_better_leg_and_reranked_with_fused() -> None:
    found = result("ko", bm25=0.6, dense=0.7, fused=0.65, reranked=0.8).comparisons
    assert [(named.leg, named.against) for named in found] == [
        ("fused", "dense"),
        ("reranked", "fused"),
    ]
    assert found[0].result.is_worse
    assert found[1].result.difference == pytest.approx(0.15)


def test_the_report_holds_means_intervals_and_comparisons() -> None:
    report: dict[str, Any] = result("ko", bm25=0.6, dense=0.5, fused=0.7).as_json()
    assert (report["queries"], report["documents"]) == (40, 7)
    assert report["legs"]["fused"]["mrr@10"] == pytest.approx(0.7)
    assert report["intervals"]["bm25"]["recall@1"] == pytest.approx([0.6, 0.6])
    (comparison,) = report["comparisons"]
    assert (comparison["leg"], comparison["against"]) == ("fused", "bm25")
    assert set(comparison) == {"leg", "against", "measure", "difference", "interval", "p"}


def test_every_set_counts_the_same_in_the_mean_of_the_legs_that_all_have() -> None:
    sets = [
        result("a", bm25=0.2, dense=0.4, fused=0.5, reranked=1.0),
        result("b", bm25=0.6, dense=0.4, fused=0.7),
    ]
    found = macro_mean(sets)
    assert set(found) == {"bm25", "dense", "fused"}
    assert found["bm25"]["ndcg@10"] == pytest.approx(0.4)
