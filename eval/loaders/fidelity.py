"""How much of what an oracle says a text says, and how much the text says beyond it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from eval.loaders.letters import letters
from eval.loaders.oracles import Oracle
from eval.loaders.tiling import Tile, tile

ASKED = {
    "median_recall": 0.97,
    "median_precision": 0.95,
    "worst_recall": 0.90,
    "worst_precision": 0.90,
}
"""The least that each figure of a format should be."""

_SURE = 16
"""Letters that are not the same by chance; see ``_end_of``."""


@dataclass(frozen=True, slots=True)
class Fidelity:
    """Shares of letters: ``recall`` of the oracle's, ``precision`` of the text's.

    Precision is nan for a file without text.
    """

    recall: float
    precision: float

    @property
    def faithful(self) -> bool:
        """Return whether this file by itself reaches what is asked of the median."""
        enough = self.precision >= ASKED["median_precision"] or math.isnan(self.precision)
        return self.recall >= ASKED["median_recall"] and enough


LOST = Fidelity(0.0, float("nan"))
"""A file that has an oracle and gave no text."""


def fidelity_of(text: str, oracle: Oracle) -> Fidelity:
    """Return both shares, by the pieces that stand in both texts (``tiling.py``), in any order.

    A character counts once: recall is what the pieces cover of the oracle, precision what they
    cover of the text. So far this is the overlap of two multisets of characters, but only
    characters that stand together in both texts count. An oracle that ends before the file does
    says nothing about the rest: precision is then about the text up to where the oracle ends.
    """
    expected, found = letters(oracle.text), letters(text)
    tiles = tile(expected, found)
    end = _end_of(tiles, len(expected), len(found)) if oracle.is_beginning else len(found)
    recall = sum(each.length for each in tiles) / len(expected)
    inside = sum(min(each.length, max(0, end - each.second)) for each in tiles)
    return Fidelity(recall, inside / end if end else float("nan"))


def _end_of(tiles: Sequence[Tile], expected: int, found: int) -> int:
    """Return where the oracle ends in the text, by the last of its pieces that is long enough.

    A short piece may stand far behind by chance, and is asked only where there is no other.
    """
    if not tiles:
        return found
    sure = [each for each in tiles if each.length >= _SURE] or tiles
    last = max(sure, key=lambda each: each.first)
    return min(found, last.second + expected - last.first)


def summary(files: Sequence[Fidelity]) -> dict[str, float]:
    """Return the figures that ``ASKED`` names; nan where no file has one."""
    recalls = [each.recall for each in files]
    precisions = [each.precision for each in files if not math.isnan(each.precision)]
    return {
        "median_recall": median(recalls) if recalls else float("nan"),
        "median_precision": median(precisions) if precisions else float("nan"),
        "worst_recall": worst_tenth(recalls),
        "worst_precision": worst_tenth(precisions),
    }


def worst_tenth(values: Sequence[float]) -> float:
    """Return the mean of the lowest tenth of the values, at least of one; nan for none."""
    lowest = sorted(values)[: max(1, len(values) // 10)]
    return fmean(lowest) if lowest else float("nan")
