"""How vectors are stored: half precision, little-endian."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_STORED = np.dtype("<f2")


def encoded(vector: NDArray[np.float32]) -> bytes:
    """Return the vector as it is stored."""
    return vector.astype(_STORED).tobytes()


def decoded(stored: Sequence[bytes], dimension: int) -> NDArray[np.float32]:
    """Return stored vectors as an array (len(stored), dimension)."""
    return np.frombuffer(b"".join(stored), dtype=_STORED).reshape(-1, dimension).astype(np.float32)
