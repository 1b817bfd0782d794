"""What a first search tells, before a language model is asked, of whether it failed.

Each signal falls when nothing stands out. A threshold is fitted by Youden's index, the share of
the missed questions below it minus the share of the others: Youden, "Index for Rating Diagnostic
Tests", 1950, https://doi.org/10.1002/1097-0142(1950)3:1<32::AID-CNCR2820030106>3.0.CO;2-3.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.pipeline.hyde import BACKGROUND_RANK
from app.pipeline.retrieve import Found
from eval.auroc import Floats

NEAR_RANK = 5

Kinds = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sample:
    """The signals of a set's questions, one value a question, and which searches missed.

    ``unsure`` is what the service itself says of each.
    """

    name: str
    signals: Mapping[str, Floats]
    missed: Kinds
    unsure: Kinds


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a threshold does on a set: the shares of the missed, and of the others, below it."""

    name: str
    threshold: float | None
    caught: float
    disturbed: float
    asked: float

    @property
    def youden(self) -> float:
        """Return the index, 1 at best and 0 for chance."""
        return self.caught - self.disturbed


def margin_to(rank: int, scores: Sequence[float]) -> float:
    """Return how far the first score is above that of a rank, or above the last one."""
    return scores[0] - scores[min(rank, len(scores)) - 1] if scores else 0.0


def _agreement(found: Found) -> float:
    """Return 1 when both legs put the same passage first, else 0."""
    hits = [item.hit for item in found.passages]
    words = [hit for hit in hits if hit.lexical is not None]
    meaning = [hit for hit in hits if hit.dense is not None]
    if not words or not meaning:
        return 0.0
    first = max(words, key=lambda hit: hit.lexical or 0.0)
    nearest = max(meaning, key=lambda hit: hit.dense or 0.0)
    return float(first.parent_id == nearest.parent_id)


def _fused(found: Found) -> list[float]:
    return [item.hit.score for item in found.passages]


SIGNALS: Mapping[str, Callable[[Found], float]] = {
    "margin to 20th": lambda found: margin_to(BACKGROUND_RANK, found.cosines),
    "margin to 5th": lambda found: margin_to(NEAR_RANK, found.cosines),
    "best cosine": lambda found: found.cosines[0] if found.cosines else 0.0,
    "fused score": lambda found: max(_fused(found), default=0.0),
    "fused margin to 5th": lambda found: margin_to(NEAR_RANK, _fused(found)),
    "same first": _agreement,
}


def fit(signal: str, samples: Sequence[Sample]) -> float:
    """Return the threshold with the best mean index over the sets that have both kinds."""
    usable = [one for one in samples if one.missed.any() and not one.missed.all()]
    candidates = np.unique(np.concatenate([one.signals[signal] for one in usable]))
    means = np.mean([_indices(one, signal, candidates) for one in usable], axis=0)
    best = int(np.argmax(means))
    following = candidates[min(best + 1, len(candidates) - 1)]
    return float((candidates[best] + following) / 2)


def judge(signal: str, threshold: float, sample: Sample) -> Verdict:
    """Return what a threshold does on a set; nan for a kind that the set has none of."""
    return _verdict(sample, sample.signals[signal] < threshold, threshold)


def judge_shipped(sample: Sample) -> Verdict:
    """Return what the service's own judgement does on a set."""
    return _verdict(sample, sample.unsure, None)


def _verdict(sample: Sample, below: Kinds, threshold: float | None) -> Verdict:
    kinds = (below[sample.missed], below[~sample.missed], below)
    caught, disturbed, asked = (float(k.mean()) if len(k) else float("nan") for k in kinds)
    return Verdict(sample.name, threshold, caught, disturbed, asked)


def _indices(sample: Sample, signal: str, candidates: Floats) -> Floats:
    """Return Youden's index of a set for each candidate, the values up to it counting as below."""
    values = sample.signals[signal]
    shares = [
        np.searchsorted(np.sort(kind), candidates, "right") / len(kind)
        for kind in (values[sample.missed], values[~sample.missed])
    ]
    return np.asarray(shares[0] - shares[1], dtype=np.float64)
