"""The contract of an embedder: one method to write, the shared work done here once."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.errors import EmbedderError


class TextKind(StrEnum):
    """Some models encode a question and a passage differently."""

    QUERY = "query"
    PASSAGE = "passage"


class Embedder(ABC):
    """Turns texts into unit vectors; write ``_encode`` and leave the rest to this class."""

    name: str
    """What the manifest records; two embedders with one name give the same vectors."""

    dimension: int

    @abstractmethod
    def _encode(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        """Return one vector a text, shape (len(texts), dimension), of any length but zero."""

    def encode(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        """Return unit vectors, shape (len(texts), dimension), in the order of the texts.

        Raises EmbedderError when the model fails or returns something that is not a vector.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        try:
            vectors = self._encode([_encodable(text) for text in texts], kind)
        except EmbedderError:
            raise
        except Exception as error:
            raise EmbedderError(f"The embedder {self.name} failed: {error}") from error
        return self._checked(np.asarray(vectors, dtype=np.float32), len(texts))

    def _checked(self, vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
        if vectors.shape != (count, self.dimension) or not np.isfinite(vectors).all():
            raise EmbedderError(
                f"The embedder {self.name} returned an array of shape {vectors.shape} or with"
                f" non-numbers; ({count}, {self.dimension}) was expected."
            )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: NDArray[np.float32] = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
        return unit


def _encodable(text: str) -> str:
    """Return the text with what no UTF-8 can hold, lone surrogates, shown as question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
