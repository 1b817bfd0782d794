"""From the scores of tokens to the words of an answer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.readers.base import Reading
from app.readers.bundled.pairs import Pair

LONGEST_SPAN_TOKENS = 20


@dataclass(frozen=True, slots=True)
class TokenScores:
    """How likely each token of a row begins and ends the answer; logits, shape (length,)."""

    begins: NDArray[np.float32]
    ends: NDArray[np.float32]


def best_reading(pair: Pair, text: str, scores: TokenScores) -> Reading | None:
    """Return the likeliest words of a row against none (its position 0); None if it has none.

    The usual rule of Rajpurkar et al., "Know What You Don't Know", 2018: the best sum of a begin
    and an end that do not lie too far apart, less the sum for no answer.
    """
    rows = slice(pair.first, pair.first + len(pair.offsets))
    begins, ends = scores.begins[rows], scores.ends[rows]
    if not len(begins):
        return None
    sums = begins[:, None] + ends[None, :]
    apart = np.arange(len(ends))[None, :] - np.arange(len(begins))[:, None]
    sums[(apart < 0) | (apart >= LONGEST_SPAN_TOKENS)] = -np.inf
    first, last = divmod(int(np.argmax(sums)), len(ends))
    start, end = pair.offsets[first][0], pair.offsets[last][1]
    words = text[start:end]
    start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    none = scores.begins[0] + scores.ends[0]
    return Reading(start, end, float(sums[first, last] - none)) if start < end else None
