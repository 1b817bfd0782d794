"""The confidence model is fitted to evidence, and judged on sets that it was not fitted on."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from app.pipeline.enough import ConfidenceModel, Evidence
from eval.auroc import auroc
from eval.errors import QuestionSetError

Floats = NDArray[np.float64]
FEATURES = tuple(field.name for field in fields(Evidence))


@dataclass(frozen=True, slots=True)
class Sample:
    """The evidence of a set's questions (n, features), and which of them can be answered."""

    name: str
    evidence: Floats
    answerable: NDArray[np.bool_]

    @staticmethod
    def of(name: str, rows: Sequence[tuple[Evidence, bool]]) -> "Sample":
        """Return the sample of these questions."""
        evidence = np.array([astuple(each) for each, _ in rows], dtype=np.float64)
        return Sample(name, evidence, np.array([answerable for _, answerable in rows]))


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression: the intercept, and a weight for each feature, 0 for one unused."""

    intercept: float
    weights: Floats

    @staticmethod
    def of(model: ConfidenceModel) -> "Weights":
        """Return those of a model of the service."""
        return Weights(model.intercept, np.array([getattr(model, name) for name in FEATURES]))

    @property
    def used(self) -> list[int]:
        """Return the places of the features that count."""
        return [int(place) for place in np.flatnonzero(self.weights)]

    def confidence(self, sample: Sample) -> Floats:
        """Return the probability of each question that it can be answered."""
        logits = sample.evidence @ self.weights + self.intercept
        confidence: Floats = 1 / (1 + np.exp(-logits))
        return confidence

    def __str__(self) -> str:
        named = (f"{FEATURES[place]} {self.weights[place]:.3f}" for place in self.used)
        return f"intercept {self.intercept:.2f}, {', '.join(named)}"


@dataclass(frozen=True, slots=True)
class Judged:
    """The confidence in each question of a set, by three models.

    ``held_out`` was fitted on the other sets with the features that ship, ``everything`` on the
    other sets with all features, ``shipped`` is the service's own.
    """

    sample: Sample
    held_out: Floats
    everything: Floats
    shipped: Floats

    def auroc(self, confidence: Floats) -> float:
        """Return how often an answerable question has more of it than another one."""
        answerable = self.sample.answerable
        return auroc(confidence[answerable], confidence[~answerable])

    def decisions(self, threshold: float) -> Floats:
        """Return the shares of answerable ones kept, of others refused, of refusals right."""
        answerable, refused = self.sample.answerable, self.held_out < threshold
        parts = ((~refused)[answerable], refused[~answerable], (~answerable)[refused])
        return np.array([part.mean() if len(part) else np.nan for part in parts])


def judge(samples: Sequence[Sample], shipped: Weights) -> list[Judged]:
    """Return each set, judged by what is fitted on all others; two sets or more are needed."""
    judged = []
    for sample in samples:
        others = [other for other in samples if other is not sample]
        fitted = [fit(others, places) for places in (shipped.used, list(range(len(FEATURES))))]
        confidences = [weights.confidence(sample) for weights in (*fitted, shipped)]
        judged.append(Judged(sample, *confidences))
    return judged


def fit(samples: Sequence[Sample], used: Sequence[int]) -> Weights:
    """Return the weights of these features; each set, and in it either kind, counts alike.

    Raises QuestionSetError where all questions are of one kind.
    """
    from sklearn.linear_model import LogisticRegression

    evidence = np.concatenate([sample.evidence for sample in samples])[:, used]
    answerable = np.concatenate([sample.answerable for sample in samples])
    if answerable.all() or not answerable.any():
        raise QuestionSetError(
            "Questions with an answer and without one are both needed to fit the confidence."
            " Measure more questions, or more sets."
        )
    shares = np.concatenate([_balance(sample.answerable) for sample in samples])
    mean, spread = evidence.mean(axis=0), evidence.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=3.0)
    model.fit((evidence - mean) / spread, answerable, sample_weight=shares / shares.mean())
    weights = np.zeros(len(FEATURES))
    weights[list(used)] = model.coef_[0] / spread
    return Weights(float(model.intercept_[0] - weights[list(used)] @ mean), weights)


def _balance(answerable: NDArray[np.bool_]) -> Floats:
    yes = max(1, int(answerable.sum()))
    no = max(1, len(answerable) - int(answerable.sum()))
    return np.where(answerable, 1 / yes, 1 / no)
