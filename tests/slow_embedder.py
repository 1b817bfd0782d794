"""An embedder for programs that tests start: another model than the usual fake, and no hurry."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedder.base import TextKind
from index.embedder.hashing import HashingEmbedder
from index.embedder.options import EmbedderOptions

NAME = f"{__name__}:build"
DIMENSION = 64
_SECONDS_A_TEXT = 0.0003


class SlowEmbedder(HashingEmbedder):
    """Takes its time for passages, as a real one does."""

    def _encode(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        if kind is TextKind.PASSAGE:
            time.sleep(_SECONDS_A_TEXT * len(texts))
        return super()._encode(texts, kind)


def build(_options: EmbedderOptions) -> SlowEmbedder:
    """Return the embedder."""
    return SlowEmbedder(DIMENSION)
