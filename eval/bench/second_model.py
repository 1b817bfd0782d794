"""Another embedder for benches: clustered vectors of another length, from a text's hash.

Vectors of real models lie in clusters too; an index that visits some lists would find little
among vectors that fill the space evenly.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedder.base import Embedder, TextKind
from index.embedder.options import EmbedderOptions

SETTING = f"{__name__}:build"
_DIMENSION = 256
_CLUSTERS = 1000
_NOISE = 0.7
_SEED = 1


class SecondModel(Embedder):
    """Knows texts by their hash alone."""

    def __init__(self) -> None:
        self.name = "second"
        self.dimension = _DIMENSION
        random = np.random.default_rng(_SEED)
        self._centres = _spread(random, _CLUSTERS)

    def _encode(self, texts: Sequence[str], _kind: TextKind) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> NDArray[np.float32]:
        number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
        noise = _spread(np.random.default_rng(number), 1)[0]
        vector: NDArray[np.float32] = self._centres[number % _CLUSTERS] + np.float32(_NOISE) * noise
        return vector


def build(_options: EmbedderOptions) -> SecondModel:
    """Return the embedder."""
    return SecondModel()


def _spread(random: np.random.Generator, count: int) -> NDArray[np.float32]:
    """Return vectors (count, dimension) of length 1, about, in random directions."""
    drawn = random.standard_normal((count, _DIMENSION), dtype=np.float32)
    scaled: NDArray[np.float32] = drawn / np.float32(_DIMENSION**0.5)
    return scaled
