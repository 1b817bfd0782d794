"""The contract of a reranker: one method to write, the shared work done here once."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.errors import RerankerError


class Reranker(ABC):
    """Scores passages against a question; write ``_scores`` and leave the rest to this class."""

    name: str

    @abstractmethod
    def _scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one relevance in [0, 1] a text, shape (len(texts),), of any length but zero."""

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return relevances in [0, 1], shape (len(texts),), in the order of the texts.

        Raises RerankerError when the model fails or returns something that is not a score.
        """
        if not texts:
            return np.zeros(0, dtype=np.float32)
        try:
            scores = np.asarray(self._scores(question, texts), dtype=np.float32)
        except RerankerError:
            raise
        except Exception as error:
            raise RerankerError(f"The reranker {self.name} failed: {error}") from error
        if scores.shape != (len(texts),) or not np.isfinite(scores).all():
            raise RerankerError(
                f"The reranker {self.name} returned an array of shape {scores.shape} or with"
                f" non-numbers; ({len(texts)},) was expected."
            )
        return scores.clip(0, 1)
