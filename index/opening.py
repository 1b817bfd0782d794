"""Opening the configured index; the only place that names its concrete classes."""

from index.analyzer import KoreanEnglishAnalyzer
from index.base import SearchIndex
from index.embedded.index import EmbeddedIndex
from index.embedder.registry import build_embedder
from index.settings import IndexSettings

FOLDER_NAME = "index"


def open_index(settings: IndexSettings) -> SearchIndex:
    """Return the index of these settings; it need not exist before something is written."""
    embedder = build_embedder(
        settings.embedder, cache_dir=settings.cache_dir, precision=settings.precision
    )
    return EmbeddedIndex(settings.data_dir / FOLDER_NAME, embedder, KoreanEnglishAnalyzer())
