"""The default reader: finds short answers in Korean and English excerpts."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import NotReadyError
from app.readers.base import Excerpt, Reader, Reading
from app.readers.bundled.spans import best_reading

if TYPE_CHECKING:
    from app.readers.bundled.scorer import Scorer


class BundledReader(Reader):
    """Reads with the bundled encoder, whose upper layers were trained to point at answers."""

    name = "bundled"

    def __init__(self, cache_dir: Path, precision: str, weights_file: Path | None = None) -> None:
        """Prepare the reader with the weights that come with it, or with those of a file."""
        self._weights_file = weights_file
        self._cache_dir = cache_dir
        self._precision = precision
        self._scorer: Scorer | None = None
        # One question at a time: two together would only take each other's cores.
        self._lock = threading.Lock()

    def _warm(self, *, wait: bool) -> None:
        """Load the network; raise EmbedderUnavailableError or ReaderUnavailableError."""
        if self._scorer is not None:
            return
        if not self._lock.acquire(blocking=wait):
            raise NotReadyError("The reader's weights are being loaded; try again soon.")
        try:
            self._loaded()
        finally:
            self._lock.release()

    def _readings(self, question: str, excerpts: Sequence[Excerpt]) -> list[Reading | None]:
        best: list[Reading | None] = [None] * len(excerpts)
        with self._lock:
            scorer = self._loaded()
            scored = list(scorer.scored(scorer.pairs.pairs(question, excerpts)))
        for pair, scores in scored:
            reading = best_reading(pair, excerpts[pair.excerpt].text, scores)
            known = best[pair.excerpt]
            if reading is not None and (known is None or reading.score > known.score):
                best[pair.excerpt] = reading
        return best

    def _loaded(self) -> "Scorer":
        """Return the scorer; torch is imported with the first one."""
        if self._scorer is None:
            from app.readers.bundled.scorer import load_scorer

            self._scorer = load_scorer(self._cache_dir, self._precision, self._weights_file)
        return self._scorer
