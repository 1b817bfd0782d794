"""A synthetic index whose documents are for groups, and indexes that hold one group's alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.bench.synthetic import (
    BLOCK,
    CHUNKS_PER_DOCUMENT,
    DIMENSION,
    Collection,
    GivenVectors,
    Query,
    documents_of,
)
from index.analyzer import WhitespaceAnalyzer
from index.embedded.encoding import decoded
from index.embedded.index import EmbeddedIndex
from index.embedded.level import Level
from index.embedded.reading import read_allowed
from index.embedded.store import Identity, open_store
from index.models import ChunkedDocument, Filters

ONE_IN = (100, 20, 5)
"""How few of the documents a group may read: 1 %, 5 % and 20 %."""

_OFF_TOPIC = 0.2
_NOISE = 0.5
_TERMS_PER_QUERY = 8

Vectors = NDArray[np.float32]


class Topics(Collection):
    """Documents that lie beside each other have a topic in common, as those of a team do.

    A fifth of the chunks is about anything.
    """

    def _clusters(self, random: np.random.Generator, first: int, count: int) -> NDArray[np.int64]:
        topics = len(self._centres)
        own = np.arange(first, first + count) * topics // self.chunks
        anything = random.integers(0, topics, count)
        return np.where(random.random(count) < _OFF_TOPIC, anything, own)


def groups_of_document(number: int, documents: int) -> frozenset[str]:
    """Return a document's groups: of one group the documents are scattered, or of its topics."""
    scattered = [f"scattered-{few}" for few in ONE_IN if number % few == 0]
    topical = [f"topical-{few}" for few in ONE_IN if number < documents // few]
    return frozenset(["everything", *scattered, *topical])


def build(folder: Path, collection: Collection, only: str | None = None) -> None:
    """Store the collection, or those documents of it alone that a group may read."""
    embedder = GivenVectors()
    with _open(folder, embedder) as index, index.writer() as writer:
        for number, (texts, vectors) in enumerate(collection.blocks()):
            embedder.given = dict(zip(texts, vectors, strict=True))
            documents = [
                _grouped(each, at, collection)
                for at, each in enumerate(
                    documents_of(texts, number * BLOCK), number * BLOCK // CHUNKS_PER_DOCUMENT
                )
            ]
            writer.put([each for each in documents if only is None or only in each.groups])
        writer.publish()


def open_subset(folder: Path) -> EmbeddedIndex:
    """Return the index in this folder, for searches with vectors that are given."""
    return _open(folder, GivenVectors())


def vectors_in(folder: Path, filters: Filters) -> tuple[list[int], Vectors]:
    """Return the ids and vectors of all children that the filters let through, as stored."""
    connection = open_store(folder, Identity("given", DIMENSION), write=False)
    try:
        allowed = set(read_allowed(connection, Level.CHILD, filters))
        rows = connection.execute(
            "SELECT child_id, vector FROM children JOIN embeddings USING (child) ORDER BY child"
        )
        some = [row for row in rows if row[0] in allowed]
    finally:
        connection.close()
    return [row[0] for row in some], decoded([row[1] for row in some], DIMENSION)


def queries_near(folder: Path, filters: Filters, count: int) -> list[Query]:
    """Return searches for children that the filters let through: some words, a vector near by."""
    random = np.random.default_rng([5, count])
    ids, vectors = vectors_in(folder, filters)
    chosen = random.integers(0, len(ids), count)
    noise = random.standard_normal((count, DIMENSION), dtype=np.float32)
    near = vectors[chosen] + noise * np.float32(_NOISE / DIMENSION**0.5)
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    wanted = [ids[at] for at in chosen]
    with open_subset(folder) as index, index.snapshot() as snapshot:
        passages = snapshot.passages(wanted)
    return [
        Query(" ".join(random.choice(passages[child_id].text.split(), _TERMS_PER_QUERY)), vector)
        for child_id, vector in zip(wanted, near, strict=True)
    ]


def _open(folder: Path, embedder: GivenVectors) -> EmbeddedIndex:
    return EmbeddedIndex(folder, embedder, WhitespaceAnalyzer())


def _grouped(document: ChunkedDocument, number: int, collection: Collection) -> ChunkedDocument:
    documents = collection.chunks // CHUNKS_PER_DOCUMENT
    return replace(document, groups=groups_of_document(number, documents))
