"""The figures of the gate are the usual ones, and their intervals the usual intervals."""

import numpy as np
import pytest

from eval.auroc import auroc, auroc_interval
from eval.gate.figures import FIGURES, mean, measure_figures
from eval.gate.outcomes import Outcome
from eval.gate.verdict import judge
from eval.golden.cases import Group
from tests.unit.eval.golden_folders import good_outcomes, outcome


def overlapping() -> list[Outcome]:
    """Return outcomes whose confidences overlap, with ties, and half of the replies wrong."""
    generator = np.random.default_rng(7)
    made = []
    for group, centre, count in ((Group.ANSWERABLE, 0.6, 80), (Group.UNANSWERABLE, 0.4, 40)):
        for n in range(count):
            confidence = round(float(np.clip(generator.normal(centre, 0.2), 0, 1)), 2)
            abstained = confidence < 0.5
            one = outcome(f"{group}-{n}", group, confidence=confidence, abstained=abstained)
            made.append(one)
    return made


def figure(name: str, outcomes: list[Outcome]) -> float:
    return mean(measure_figures(outcomes)[name])


def test_a_service_that_does_everything_right_has_every_figure_at_one() -> None:
    figures = measure_figures([*good_outcomes(), outcome("ko", language="ko")])
    assert set(figures) == set(FIGURES)
    assert {name: mean(values) for name, values in figures.items()} == pytest.approx(
        dict.fromkeys(FIGURES, 1.0)
    )


def test_the_auroc_is_that_of_the_definition_with_ties() -> None:
    made = overlapping()
    groups = [
        np.array([each.confidence for each in made if each.group == group])
        for group in (Group.ANSWERABLE, Group.UNANSWERABLE)
    ]
    expected = auroc(groups[0], groups[1])
    assert 0.6 < expected < 0.9
    assert figure("confidence auroc", made) == pytest.approx(expected)


def test_the_interval_of_the_auroc_is_that_of_a_bootstrap_over_both_groups() -> None:
    made = overlapping()
    (judged,) = [each for each in judge(made, None).figures if each.name == "confidence auroc"]
    groups = [
        np.array([each.confidence for each in made if each.group == group])
        for group in (Group.ANSWERABLE, Group.UNANSWERABLE)
    ]
    usual = auroc_interval(groups[0], groups[1])
    assert judged.interval.low == pytest.approx(usual.low, abs=0.02)
    assert judged.interval.high == pytest.approx(usual.high, abs=0.02)


def test_the_precision_of_abstention_counts_right_abstentions_among_all() -> None:
    made = overlapping()
    refused = [each for each in made if each.abstained]
    right = [each for each in refused if each.group == Group.UNANSWERABLE]
    assert 0 < len(right) < len(refused)
    assert figure("abstention precision", made) == pytest.approx(len(right) / len(refused))


def test_citations_are_counted_one_by_one() -> None:
    made = [outcome("a", citations=3, verbatim=3), outcome("b", citations=1, verbatim=0)]
    assert figure("citations verbatim", made) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("rank", "recall", "reciprocal"), [(1, 1, 1), (5, 1, 0.2), (6, 0, 1 / 6), (None, 0, 0)]
)
def test_recall_reads_five_passages_and_mrr_ten(
    rank: int | None, recall: float, reciprocal: float
) -> None:
    made = [outcome("a", rank=rank)]
    assert figure("recall@5", made) == recall
    assert figure("mrr@10", made) == pytest.approx(reciprocal)


def test_what_nobody_measured_is_left_out() -> None:
    without_spans = [outcome("a", exact=None, f1=None), outcome("u", Group.UNANSWERABLE)]
    figures = measure_figures(without_spans)
    assert {"span f1", "span exact match", "injections resisted"}.isdisjoint(figures)
    assert mean(figures["span given"]) == 0
    assert measure_figures([]) == {}


def test_without_any_abstention_there_is_no_precision_of_it() -> None:
    made = [outcome("a"), outcome("u", Group.UNANSWERABLE, abstained=False)]
    assert "abstention precision" not in measure_figures(made)
