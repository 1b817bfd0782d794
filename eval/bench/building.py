"""Builds a synthetic index through the same store and followers as any other."""

from pathlib import Path

from eval.bench.synthetic import BLOCK, Collection, GivenVectors, documents_of
from index.analyzer import Analyzer, WhitespaceAnalyzer
from index.embedded.index import EmbeddedIndex


def open_synthetic(folder: Path) -> EmbeddedIndex:
    """Return the index in this folder, for searches with vectors that are given."""
    return EmbeddedIndex(folder, GivenVectors(), WhitespaceAnalyzer())


def build(folder: Path, collection: Collection, embedder: GivenVectors, analyzer: Analyzer) -> None:
    """Store the whole collection and publish it once."""
    with EmbeddedIndex(folder, embedder, analyzer) as index, index.writer() as writer:
        for number, (texts, vectors) in enumerate(collection.blocks()):
            embedder.given = dict(zip(texts, vectors, strict=True))
            writer.put(documents_of(texts, number * BLOCK))
        embedder.given = {}
        writer.publish()
