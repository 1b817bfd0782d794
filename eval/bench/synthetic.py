"""Collections of any size made from a seed: Zipfian words, clustered unit vectors.

Real text and a real encoder would take hours for a million chunks, and neither says anything
about how fast an index answers.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.embedder.base import Embedder, TextKind
from index.models import ChildChunk, ChunkedDocument, ParentChunk

DIMENSION = 384
CHUNKS_PER_DOCUMENT = 20
CHUNKS_PER_PARENT = 5
BLOCK = 10_000
RARE_TAG, COMMON_TAG = "rare", "common"
_SEED = 1
_WORDS = 100_000
_STOP_WORDS = 30
_CHUNKS_PER_CLUSTER = 100
_NOISE = 0.7
_QUERY_NOISE = 0.5
_TERMS_PER_QUERY = 8

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Query:
    """Words of one chunk in no order, and a vector near that of the chunk."""

    text: str
    vector: NDArray[np.float32]


class Collection:
    """Chunks of 30 to 90 words in documents of 20 chunks, one block of 10,000 at a time.

    Words follow Zipf's law, less its first ranks: the analyzer leaves stop words out, and the
    commonest term of a real question stands in 5 to 30 % of the chunks. With ``stop_words`` 0
    every question has a word that stands in nearly all of them. One document in a hundred
    carries the tag ``rare``, every second one ``common``.
    """

    def __init__(self, chunks: int, stop_words: int = _STOP_WORDS) -> None:
        self.chunks = chunks
        self._stop_words = stop_words

    def blocks(self) -> Iterator[tuple[list[str], Vectors]]:
        """Yield the texts and vectors of each block."""
        for first in range(0, self.chunks, BLOCK):
            count = min(BLOCK, self.chunks - first)
            yield self.texts(first, count), self.vectors(first, count)

    def texts(self, first: int, count: int) -> list[str]:
        """Return the texts of a block's chunks; ``first`` is where a block begins."""
        random = np.random.default_rng([_SEED, 1, first])
        lengths = random.integers(30, 91, count)
        drawn = np.searchsorted(self._cumulated, random.random(int(lengths.sum())))
        words = [f"w{number}" for number in drawn.tolist()]
        ends = np.cumsum(lengths).tolist()
        starts = [0, *ends[:-1]]
        return [" ".join(words[start:end]) for start, end in zip(starts, ends, strict=True)]

    def vectors(self, first: int, count: int) -> Vectors:
        """Return the unit vectors of a block's chunks, (count, 384)."""
        random = np.random.default_rng([_SEED, 2, first])
        clusters = self._clusters(random, first, count)
        return _unit(self._centres[clusters] + _noise(random, count, _NOISE))

    def queries(self, count: int) -> list[Query]:
        """Return searches for chunks of the first block."""
        random = np.random.default_rng([_SEED, 3])
        size = min(BLOCK, self.chunks)
        texts, vectors = self.texts(0, size), self.vectors(0, size)
        chosen = random.integers(0, size, count)
        near = _unit(vectors[chosen] + _noise(random, count, _QUERY_NOISE))
        return [
            Query(" ".join(random.choice(texts[row].split(), _TERMS_PER_QUERY)), vector)
            for row, vector in zip(chosen, near, strict=True)
        ]

    def _clusters(self, random: np.random.Generator, first: int, count: int) -> NDArray[np.int64]:
        """Return the cluster of each chunk of a block: any, whatever its document."""
        del first
        return random.integers(0, len(self._centres), count)

    @cached_property
    def _cumulated(self) -> NDArray[np.float64]:
        weights = 1 / np.arange(self._stop_words + 1, _WORDS + 1)
        sums: NDArray[np.float64] = np.cumsum(weights) / weights.sum()
        return sums

    @cached_property
    def _centres(self) -> Vectors:
        random = np.random.default_rng([_SEED, 4])
        return _unit(_noise(random, max(1, self.chunks // _CHUNKS_PER_CLUSTER), 1.0))


class GivenVectors(Embedder):
    """Returns vectors that it was given before, under the name of any embedder."""

    def __init__(self, name: str = "given", dimension: int = DIMENSION) -> None:
        self.name = name
        self.dimension = dimension
        self.given: Mapping[str, NDArray[np.float32]] = {}

    def _encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:  # noqa: ARG002
        return np.stack([self.given[text] for text in texts])


def documents_of(texts: Sequence[str], first: int) -> list[ChunkedDocument]:
    """Return the texts as documents; ``first`` is the number of the first text."""
    return [
        _document(texts[at : at + CHUNKS_PER_DOCUMENT], (first + at) // CHUNKS_PER_DOCUMENT)
        for at in range(0, len(texts), CHUNKS_PER_DOCUMENT)
    ]


def _document(texts: Sequence[str], number: int) -> ChunkedDocument:
    parents = []
    at = 0
    for row in range(0, len(texts), CHUNKS_PER_PARENT):
        children = []
        for text in texts[row : row + CHUNKS_PER_PARENT]:
            children.append(ChildChunk(at, at + len(text), text, text))
            at += len(text)
        parents.append(ParentChunk(children[0].start, at, (), tuple(children)))
    tags = [RARE_TAG] * (number % 100 == 0) + [COMMON_TAG] * (number % 2 == 0)
    source = f"synthetic/{number:06}.txt"
    return ChunkedDocument(
        source=source,
        title=f"Document {number}",
        media_type="text/plain",
        content_hash=hashlib.sha256(source.encode()).hexdigest(),
        recipe="synthetic-1",
        parents=tuple(parents),
        tags=frozenset(tags),
    )


def _noise(random: np.random.Generator, count: int, length: float) -> Vectors:
    """Return vectors in random directions whose usual length is ``length``."""
    drawn = random.standard_normal((count, DIMENSION), dtype=np.float32)
    scaled: Vectors = drawn * np.float32(length / DIMENSION**0.5)
    return scaled


def _unit(vectors: Vectors) -> Vectors:
    scaled: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled
