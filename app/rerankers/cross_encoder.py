"""Any sentence-transformers cross-encoder: a local folder or a hub id."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.errors import RerankerUnavailableError
from app.rerankers.base import Reranker

LONGEST_TOKENS = 512


class CrossEncoderReranker(Reranker):
    """Reads question and passage together through one transformer."""

    def __init__(self, model: str) -> None:
        """Load the model; raise RerankerUnavailableError when it cannot be had."""
        from sentence_transformers import CrossEncoder

        self.name = model
        try:
            self._model = CrossEncoder(model, max_length=LONGEST_TOKENS, device="cpu")
        except (OSError, ValueError, RuntimeError) as error:
            raise RerankerUnavailableError(
                f"The reranker {model} could not be loaded. Set MUREUM_APP_RERANKER to a folder"
                " with a cross-encoder, to a hub id that this machine can reach, or to none."
            ) from error

    def _scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        from torch.nn import Sigmoid

        pairs = [(question, text) for text in texts]
        scores = self._model.predict(
            pairs, activation_fn=Sigmoid(), show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(scores, dtype=np.float32)
