"""How well a number tells two groups apart: the area under the ROC curve.

Hanley and McNeil, "The Meaning and Use of the Area under a Receiver Operating Characteristic (ROC)
Curve", 1982, https://doi.org/10.1148/radiology.143.1.7063747.
"""

import numpy as np
from numpy.typing import NDArray

from eval.intervals import Interval, Statistic

RESAMPLES = 2_000
_SEED = 0

Floats = NDArray[np.float64]


def auroc_statistic(scores: Floats, positive: NDArray[np.bool_]) -> Statistic:
    """Return the area as a function of how often each score counts; a tie is half.

    It is the probability that a positive one exceeds another; nan without one of either kind.
    """
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=-np.inf))
    yes = positive[order]

    def statistic(counts: Floats) -> Floats:
        drawn = counts[:, order]
        higher = np.add.reduceat(drawn * yes, starts, axis=1)
        lower = np.add.reduceat(drawn * ~yes, starts, axis=1)
        below = np.cumsum(lower, axis=1) - lower
        won = (higher * (below + lower / 2)).sum(axis=1)
        with np.errstate(invalid="ignore"):
            areas: Floats = won / (higher.sum(axis=1) * lower.sum(axis=1))
        return areas

    return statistic


def auroc(higher: Floats, lower: Floats) -> float:
    """Return the probability that one of ``higher`` exceeds one of ``lower``; a tie is half.

    Without a value in either group nothing can be told: nan.
    """
    return float(_areas(higher, lower, np.ones((1, len(higher) + len(lower))))[0])


def auroc_interval(higher: Floats, lower: Floats) -> Interval:
    """Return the middle 95 % of a bootstrap over both groups, each resampled by itself."""
    if not len(higher) or not len(lower):
        return Interval(float("nan"), float("nan"))
    generator = np.random.default_rng(_SEED)
    counts = [
        generator.multinomial(len(group), np.full(len(group), 1 / len(group)), RESAMPLES)
        for group in (higher, lower)
    ]
    areas = _areas(higher, lower, np.concatenate(counts, axis=1).astype(np.float64))
    low, high = np.percentile(areas, (2.5, 97.5))
    return Interval(float(low), float(high))


def _areas(higher: Floats, lower: Floats, counts: Floats) -> Floats:
    if not len(higher) or not len(lower):
        return np.full(len(counts), np.nan)
    positive = np.arange(len(higher) + len(lower)) < len(higher)
    return auroc_statistic(np.concatenate([higher, lower]), positive)(counts)
