from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from index.embedder.base import Embedder, TextKind
from index.errors import EmbedderError


class Returning(Embedder):
    """Returns the same array whatever it is given."""

    name = "returning"
    dimension = 2

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors
        self.seen: list[str] = []

    def _encode(self, texts: Sequence[str], _kind: TextKind) -> NDArray[np.float32]:
        self.seen = list(texts)
        return self._vectors


class Failing(Returning):
    def _encode(self, _texts: Sequence[str], _kind: TextKind) -> NDArray[np.float32]:
        raise ZeroDivisionError("no model")


def test_vectors_of_any_length_become_unit_vectors() -> None:
    embedder = Returning(np.array([[3.0, 4.0]]))
    assert embedder.encode(["가"], TextKind.QUERY) == pytest.approx(np.array([[0.6, 0.8]]))


@pytest.mark.parametrize("vectors", [np.ones((2, 2)), np.ones((1, 3)), np.array([[1.0, np.nan]])])
def test_an_array_that_is_not_one_vector_a_text_is_an_error(vectors: NDArray[np.float32]) -> None:
    with pytest.raises(EmbedderError, match="shape"):
        Returning(vectors).encode(["가"], TextKind.QUERY)


def test_a_foreign_exception_becomes_ours_and_keeps_its_cause() -> None:
    with pytest.raises(EmbedderError, match="no model") as caught:
        Failing(np.ones((1, 2))).encode(["가"], TextKind.QUERY)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_lone_surrogates_do_not_reach_the_model() -> None:
    embedder = Returning(np.ones((1, 2)))
    embedder.encode(["휴\ud800가"], TextKind.QUERY)
    assert embedder.seen == ["휴?가"]
