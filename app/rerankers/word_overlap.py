"""A reranker for tests: the share of the question's words that a passage holds."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.rerankers.base import Reranker


class WordOverlapReranker(Reranker):
    """Needs no model and no network."""

    name = "word-overlap"

    def _scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        words = set(question.casefold().split())
        shares = [len(words & set(text.casefold().split())) / len(words) for text in texts]
        return np.asarray(shares, dtype=np.float32)
