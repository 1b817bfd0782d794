"""Choosing among settings without being fooled: chosen on some questions, judged on the others."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.intervals import Comparison, compare
from eval.metrics import Values

FOLDS = 5
_SEED = "mureum-tune-1"
DEFAULT_ROW = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """The row that is best on all questions, and what choosing is worth on questions not seen.

    ``default`` and ``held_out`` are means over the same questions; ``held_out`` is that of the
    rows that the other folds chose.
    """

    row: int
    default: float
    held_out: float
    comparison: Comparison

    @property
    def is_better(self) -> bool:
        """Return whether choosing is significantly better than the default on unseen questions."""
        gain = self.comparison
        return self.row != DEFAULT_ROW and gain.is_significant and gain.difference > 0


def fold_numbers(texts: Sequence[str], folds: int = FOLDS) -> NDArray[np.int64]:
    """Return the fold of each question: it depends on its words alone, not on its place."""
    digests = [hashlib.sha256(f"{_SEED}\0{text}".encode()).digest() for text in texts]
    return np.array([int.from_bytes(digest[:8], "big") % folds for digest in digests])


def choose(values: Values, folds: NDArray[np.int64]) -> Choice:
    """Return the choice among settings; ``values`` has a row a setting and a column a question.

    The first row is the default, the others follow by their distance from it: of equally good
    rows the first is taken.
    """
    held_out = np.empty(values.shape[1])
    for fold in np.unique(folds):
        inside = folds == fold
        known = values[:, ~inside] if not inside.all() else values[:1]
        held_out[inside] = values[_best(known), inside]
    default = values[DEFAULT_ROW]
    return Choice(
        row=_best(values),
        default=float(default.mean()),
        held_out=float(held_out.mean()),
        comparison=compare(held_out, default),
    )


def _best(values: Values) -> int:
    """Return the first row with the highest mean; sums that differ by rounding are equal."""
    return int(np.argmax(np.round(values.mean(axis=1), 12)))
