"""How well a confidence tells questions with an answer from those without.

Everywhere "positive" means that the question should be refused, and the score is 1 - confidence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from eval.auroc import auroc_statistic
from eval.intervals import Statistic
from eval.metrics import Values

BINS = 10

Flags = NDArray[np.bool_]
Measure = Literal["precision", "recall", "auroc", "ece", "accuracy"]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was right and what was done, one place a question."""

    confidence: Values
    should_abstain: Flags
    abstained: Flags


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Questions whose confidence lies in ``[low, high)``; the last bin holds 1 as well.

    ``confidence`` is their mean confidence, ``answerable`` the share that has an answer.
    """

    low: float
    high: float
    queries: int
    confidence: float
    answerable: float


def measure_of(name: Measure, decisions: Decisions) -> float:
    """Return a measure over all questions; nan where it is not defined."""
    everything = np.ones((1, len(decisions.confidence)))
    return float(statistic_of(name, decisions)(everything)[0])


def statistic_of(name: Measure, decisions: Decisions) -> Statistic:
    """Return the measure as a function of how often each question counts."""
    makers: dict[str, Callable[[Decisions], Statistic]] = {
        "precision": _precision,
        "recall": _recall,
        "auroc": _auroc,
        "ece": _calibration_error,
        "accuracy": _accuracy,
    }
    return makers[name](decisions)


def reliability(decisions: Decisions) -> list[ReliabilityBin]:
    """Return the ten bins of equal width; an empty one has nan for its means."""
    places = _bins(decisions.confidence)
    return [_bin(decisions, places == number, number) for number in range(BINS)]


def _bin(decisions: Decisions, inside: Flags, number: int) -> ReliabilityBin:
    queries = int(inside.sum())
    nothing = float("nan")
    return ReliabilityBin(
        low=number / BINS,
        high=(number + 1) / BINS,
        queries=queries,
        confidence=float(decisions.confidence[inside].mean()) if queries else nothing,
        answerable=float((~decisions.should_abstain[inside]).mean()) if queries else nothing,
    )


def _bins(confidence: Values) -> NDArray[np.intp]:
    return np.clip((confidence * BINS).astype(np.intp), 0, BINS - 1)


def _precision(decisions: Decisions) -> Statistic:
    return _share(decisions.abstained, decisions.should_abstain & decisions.abstained)


def _recall(decisions: Decisions) -> Statistic:
    return _share(decisions.should_abstain, decisions.should_abstain & decisions.abstained)


def _accuracy(decisions: Decisions) -> Statistic:
    everything = np.ones(len(decisions.abstained), dtype=np.bool_)
    return _share(everything, decisions.should_abstain == decisions.abstained)


def _share(of: Flags, right: Flags) -> Statistic:
    """Return the share of the first that the second is."""

    def statistic(counts: Values) -> Values:
        with np.errstate(invalid="ignore"):
            shares: Values = (counts @ right) / (counts @ of)
        return shares

    return statistic


def _auroc(decisions: Decisions) -> Statistic:
    return auroc_statistic(-decisions.confidence, decisions.should_abstain)


def _calibration_error(decisions: Decisions) -> Statistic:
    """Return the expected calibration error: how far confidence is from truth, bin by bin.

    Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", 2015,
    https://doi.org/10.1609/aaai.v29i1.9602.
    """
    gap = decisions.confidence - ~decisions.should_abstain
    inside = np.zeros((len(gap), BINS))
    inside[np.arange(len(gap)), _bins(decisions.confidence)] = gap

    def statistic(counts: Values) -> Values:
        errors: Values = np.abs(counts @ inside).sum(axis=1) / counts.sum(axis=1)
        return errors

    return statistic


def decisions_where(decisions: Decisions, chosen: Sequence[bool] | Flags) -> Decisions:
    """Return the decisions on some of the questions."""
    flags = np.asarray(chosen, dtype=np.bool_)
    return Decisions(
        decisions.confidence[flags], decisions.should_abstain[flags], decisions.abstained[flags]
    )
