"""Opening the configured index, and its backups; the only place that names its concrete classes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from index.analyzer import KoreanEnglishAnalyzer
from index.base import SearchIndex
from index.embedded import backup
from index.embedded.glance import stored_without_model
from index.embedded.index import EmbeddedIndex
from index.embedder.registry import build_embedder
from index.models import Failure, Fingerprint, IndexStatus
from index.settings import IndexSettings

FOLDER_NAME = "index"


def open_index(settings: IndexSettings) -> SearchIndex:
    """Return the index of these settings; it need not exist before something is written."""
    return _embedded_index(settings)


def stored_in(settings: IndexSettings) -> tuple[Mapping[str, Fingerprint], Sequence[Failure]]:
    """Return what was last read of every document, and what failed; no model is needed."""
    return stored_without_model(settings.data_dir / FOLDER_NAME)


def back_up(settings: IndexSettings, file: Path) -> backup.BackupReport:
    """Write the index and the uploads beside it to a file; return what that holds.

    No model is needed: what is stored is copied as it is.
    """
    return backup.back_up(settings.data_dir / FOLDER_NAME, file)


def restore_index(settings: IndexSettings, file: Path, *, replace: bool) -> IndexStatus:
    """Let the index be what a backup holds, and return its state; or change nothing and raise."""
    with _embedded_index(settings) as index:
        index.restore(file, replace=replace)
        return index.status()


def _embedded_index(settings: IndexSettings) -> EmbeddedIndex:
    embedder = build_embedder(
        settings.embedder, cache_dir=settings.cache_dir, precision=settings.precision
    )
    return EmbeddedIndex(settings.data_dir / FOLDER_NAME, embedder, KoreanEnglishAnalyzer())
