"""The bootstrap: sure where it can be, unsure where it must be, and the same every time."""

import numpy as np
import pytest

from eval.intervals import compare, intervals


def noise(queries: int) -> np.ndarray:
    return np.random.default_rng(1).normal(0.5, 0.1, queries)


def test_an_interval_is_about_two_standard_errors_around_the_mean() -> None:
    values = noise(400)
    (found,) = intervals(values[:, None])
    error = values.std() / np.sqrt(400)
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=error / 5)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=error / 5)


def test_each_column_has_its_interval() -> None:
    first, second = intervals(np.column_stack([np.zeros(20), np.ones(20)]))
    assert (first.low, first.high, second.low, second.high) == (0, 0, 1, 1)


def test_equal_rankings_do_not_differ() -> None:
    found = compare(noise(50), noise(50))
    assert (found.difference, found.p, found.is_significant) == (0, 1, False)


def test_a_small_steady_loss_is_significant() -> None:
    found = compare(noise(200) - 0.01, noise(200))
    assert found.difference == pytest.approx(-0.01)
    assert found.p < 0.001
    assert found.is_worse
    assert not compare(noise(200), noise(200) - 0.01).is_worse


def test_a_loss_in_a_few_queries_of_many_that_vary_is_not() -> None:
    generator = np.random.default_rng(2)
    first, second = generator.normal(0.5, 0.3, 100), generator.normal(0.5, 0.3, 100)
    found = compare(first, second)
    assert not found.is_significant
    assert found.interval.low < 0 < found.interval.high


def test_p_is_that_of_a_t_test_where_that_one_holds() -> None:
    differences = np.random.default_rng(3).normal(0.02, 0.15, 300)
    found = compare(differences, np.zeros(300))
    standard = differences.mean() / (differences.std(ddof=1) / np.sqrt(300))
    expected = 2 * (1 - 0.5 * (1 + np.tanh(0.7978845608 * (standard + 0.044715 * standard**3))))
    assert found.p == pytest.approx(expected, abs=0.02)


def test_a_comparison_can_be_repeated() -> None:
    assert compare(noise(30), noise(30)[::-1]) == compare(noise(30), noise(30)[::-1])
