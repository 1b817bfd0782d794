import math

import numpy as np
import pytest

from eval.auroc import auroc, auroc_interval


@pytest.mark.parametrize(
    ("higher", "lower", "expected"),
    [
        ([3, 4], [1, 2], 1.0),
        ([1, 2], [3, 4], 0.0),
        ([1, 3], [2, 2], 0.5),
        ([1, 1], [1, 1], 0.5),
        ([2, 3], [1, 2, 4], (1.5 + 2) / 6),
    ],
)
def test_it_is_the_share_of_pairs_in_the_right_order_and_a_tie_is_half(
    higher: list[float], lower: list[float], expected: float
) -> None:
    assert auroc(np.array(higher), np.array(lower)) == pytest.approx(expected)


def test_it_agrees_with_scikit_learn() -> None:
    from sklearn.metrics import roc_auc_score

    generator = np.random.default_rng(3)
    values, yes = generator.integers(0, 20, 300).astype(float), generator.random(300) < 0.3
    values[yes] += 2
    assert auroc(values[yes], values[~yes]) == pytest.approx(roc_auc_score(yes, values))


def test_the_interval_is_around_the_figure_and_narrows_with_the_values() -> None:
    generator = np.random.default_rng(5)
    higher, lower = generator.normal(1, 1, 400), generator.normal(0, 1, 400)
    few, many = auroc_interval(higher[:40], lower[:40]), auroc_interval(higher, lower)
    assert many.low < auroc(higher, lower) < many.high
    assert many.high - many.low < few.high - few.low
    assert auroc_interval(higher, lower) == many


def test_without_values_of_both_kinds_there_is_no_figure() -> None:
    empty, some = np.array([]), np.array([1.0])
    assert math.isnan(auroc(empty, some))
    assert math.isnan(auroc_interval(some, empty).low)
