"""A fake that needs no model: texts that share words and character pairs get similar vectors."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedder.base import Embedder, TextKind
from index.embedder.options import EmbedderOptions

DEFAULT_DIMENSION = 256


class HashingEmbedder(Embedder):
    """Deterministic on every machine; it knows spelling, not meaning, and is for tests."""

    def __init__(self, dimension: int = DEFAULT_DIMENSION) -> None:
        self.name = f"hashing:{dimension}"
        self.dimension = dimension

    def _encode(self, texts: Sequence[str], _kind: TextKind) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.dimension, dtype=np.float32)
        for feature in _features(text):
            number = int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest())
            vector[(number >> 1) % self.dimension] += 1 if number & 1 else -1
        if not vector.any():
            vector[0] = 1
        return vector


def from_options(_options: EmbedderOptions) -> HashingEmbedder:
    """Return the fake with its default dimension."""
    return HashingEmbedder()


def _features(text: str) -> Iterator[str]:
    for word in re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()):
        yield word
        marked = f"<{word}>"
        yield from (marked[i : i + 2] for i in range(len(marked) - 1))
