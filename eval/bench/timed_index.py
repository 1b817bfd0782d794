"""An index that notes where the time of an ingest goes."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.bench.timing import Laps
from index.analyzer import Analyzer
from index.base import Writer
from index.embedded.index import EmbeddedIndex
from index.embedder.base import Embedder, TextKind
from index.models import Change, ChunkedDocument, Failure

ENCODER, ANALYZER, PUT, PUBLISH = "encoder", "analyzer", "put", "publish"


class TimedEmbedder(Embedder):
    """Passes texts on to another embedder."""

    def __init__(self, embedder: Embedder, laps: Laps) -> None:
        self.name = embedder.name
        self.dimension = embedder.dimension
        self._embedder = embedder
        self._laps = laps

    def _encode(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        with self._laps.lap(ENCODER):
            return self._embedder.encode(texts, kind)


class TimedAnalyzer(Analyzer):
    """Passes texts on to another analyzer."""

    def __init__(self, analyzer: Analyzer, laps: Laps) -> None:
        self.name = analyzer.name
        self._analyzer = analyzer
        self._laps = laps

    def terms(self, text: str) -> list[str]:
        """Return the terms of one text."""
        return self.terms_of([text])[0]

    def terms_of(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the terms of every text."""
        with self._laps.lap(ANALYZER):
            return self._analyzer.terms_of(texts)


class TimedIndex(EmbeddedIndex):
    """The embedded index with a writer that is timed."""

    laps: Laps

    def writer(self, *, rebuild: bool = False) -> "TimedWriter":  # type: ignore[override]
        """Return the writer in a wrapper."""
        return TimedWriter(super().writer(rebuild=rebuild), self.laps)


class TimedWriter(Writer):
    """Passes everything on to another writer."""

    def __init__(self, writer: Writer, laps: Laps) -> None:
        self._writer = writer
        self._laps = laps

    def put(self, documents: Sequence[ChunkedDocument]) -> list[Change]:
        """Store documents."""
        with self._laps.lap(PUT):
            return self._writer.put(documents)

    def regroup(self, groups: Mapping[str, frozenset[str]]) -> int:
        """Let documents carry other groups."""
        return self._writer.regroup(groups)

    def delete(self, sources: Iterable[str]) -> int:
        """Remove documents."""
        return self._writer.delete(sources)

    def record_failures(self, failures: Sequence[Failure]) -> None:
        """Remember files that failed."""
        self._writer.record_failures(failures)

    def publish(self) -> int:
        """Let readers see what was stored."""
        with self._laps.lap(PUBLISH):
            return self._writer.publish()

    def close(self) -> None:
        """Let another writer in."""
        self._writer.close()
