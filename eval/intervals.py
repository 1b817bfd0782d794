"""How sure a mean over queries is: the bootstrap, seeded, so that a run can be repeated.

Efron and Tibshirani, "An Introduction to the Bootstrap", 1993; for retrieval: Sakai, "Evaluating
Evaluation Metrics based on the Bootstrap", 2006, https://doi.org/10.1145/1148170.1148261.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from eval.metrics import Values

RESAMPLES = 10_000
SIGNIFICANCE = 0.05
_SEED = 0
_CELLS_AT_ONCE = 2_000_000

Statistic = Callable[[Values], Values]


@dataclass(frozen=True, slots=True)
class Interval:
    """The middle 95 % of the resampled means."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The mean of paired differences; ``p`` is two-sided, for no difference at all."""

    difference: float
    interval: Interval
    p: float

    @property
    def is_significant(self) -> bool:
        """Return whether chance is an unlikely reason of the difference."""
        return self.p < SIGNIFICANCE

    @property
    def is_worse(self) -> bool:
        """Return whether the first is significantly below the second."""
        return self.is_significant and self.difference < 0


def intervals(values: Values) -> list[Interval]:
    """Return the interval of the mean of each column; rows are queries."""
    return _middle(_resampled_means(values))


def compare(first: Values, second: Values) -> Comparison:
    """Return how much ``first`` is above ``second``, both one value a query, paired by place."""
    differences = (first - second)[:, None]
    means = _resampled_means(differences)
    tail = int(min(np.count_nonzero(means <= 0), np.count_nonzero(means >= 0)))
    p = min(1.0, 2 * (tail + 1) / (RESAMPLES + 1))
    return Comparison(float(differences.mean()), _middle(means)[0], p)


def _middle(means: Values) -> list[Interval]:
    low, high = np.percentile(means, (2.5, 97.5), axis=0)
    return [Interval(float(one), float(other)) for one, other in zip(low, high, strict=True)]


def bootstrap(queries: int, statistic: Statistic) -> Interval:
    """Return the interval of a figure that is no mean over queries.

    ``statistic`` gets how often each query was drawn, shape (samples, queries), and returns one
    figure a sample; nan where a sample has none.
    """
    figures = np.concatenate([statistic(counts) for counts in _resampled_counts(queries)])
    low, high = np.nanpercentile(figures, (2.5, 97.5))
    return Interval(float(low), float(high))


def _resampled_means(values: Values) -> Values:
    """Return the means of samples with replacement, shape (RESAMPLES, columns)."""
    queries = len(values)
    return np.concatenate([counts @ values / queries for counts in _resampled_counts(queries)])


def _resampled_counts(queries: int) -> Iterator[Values]:
    """Yield how often each query was drawn, in parts with RESAMPLES rows together."""
    generator = np.random.default_rng(_SEED)
    left = RESAMPLES
    while left:
        samples = min(left, max(1, _CELLS_AT_ONCE // queries))
        drawn = generator.integers(queries, size=(samples, queries))
        cells = (drawn + np.arange(samples)[:, None] * queries).ravel()
        counts = np.bincount(cells, minlength=samples * queries).reshape(samples, queries)
        yield counts.astype(np.float64)
        left -= samples
