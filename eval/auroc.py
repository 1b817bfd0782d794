"""How well a number tells two groups apart: the area under the ROC curve.

Hanley and McNeil, "The Meaning and Use of the Area under a Receiver Operating Characteristic (ROC)
Curve", 1982, https://doi.org/10.1148/radiology.143.1.7063747.
"""

import numpy as np
from numpy.typing import NDArray

from eval.intervals import Interval

RESAMPLES = 2_000
_SEED = 0

Floats = NDArray[np.float64]


def auroc(higher: Floats, lower: Floats) -> float:
    """Return the probability that one of ``higher`` exceeds one of ``lower``; a tie is half.

    Without a value in either group nothing can be told: nan.
    """
    if not len(higher) or not len(lower):
        return float("nan")
    ordered = np.sort(lower)
    below = np.searchsorted(ordered, higher, "left") + np.searchsorted(ordered, higher, "right")
    return float(below.mean() / (2 * len(lower)))


def auroc_interval(higher: Floats, lower: Floats) -> Interval:
    """Return the middle 95 % of a bootstrap over both groups, each resampled by itself."""
    if not len(higher) or not len(lower):
        return Interval(float("nan"), float("nan"))
    generator = np.random.default_rng(_SEED)
    drawn = [
        auroc(generator.choice(higher, len(higher)), generator.choice(lower, len(lower)))
        for _ in range(RESAMPLES)
    ]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Interval(float(low), float(high))
