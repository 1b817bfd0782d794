"""A stand-in for the encoder that costs next to nothing: a vector is drawn from a text's hash."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedder.base import Embedder, TextKind


class DrawnVectors(Embedder):
    """Gives the same text the same vector, and others any other."""

    def __init__(self, dimension: int) -> None:
        self.name = f"drawn:{dimension}"
        self.dimension = dimension

    def _encode(self, texts: Sequence[str], _kind: TextKind) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> NDArray[np.float32]:
        digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
        drawn = np.random.Generator(np.random.SFC64(int.from_bytes(digest, "big")))
        return drawn.standard_normal(self.dimension, dtype=np.float32)
