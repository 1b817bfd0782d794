"""The two followers as the writer keeps them: caught up on disk, with checksums on record."""

import logging
import sqlite3
from dataclasses import replace
from pathlib import Path

from index.analyzer import Analyzer
from index.embedded import lexical
from index.embedded.dense import DenseView
from index.embedded.dense_building import (
    EXACT_LIMIT,
    RECENT_LIMIT,
    caught_up,
    compacted,
    empty_view,
    load_base,
    save_base,
)
from index.embedded.following import read_changes
from index.embedded.level import Level
from index.embedded.lexical import LexicalFollower
from index.embedded.manifest import (
    FILE_NAME,
    FILES_VERSION,
    Manifest,
    damaged_files,
    read_manifest,
    record_files,
    write_manifest,
)
from index.embedded.reading import count_children
from index.embedded.store import Identity
from index.errors import IndexDamagedError, IndexMissingError

logger = logging.getLogger(__name__)


class Followers:
    """Opens the followers for writing and makes anew what is missing, damaged or outdated."""

    def __init__(self, folder: Path, identity: Identity, analyzer: Analyzer) -> None:
        self._folder = folder
        self._identity = identity
        self._analyzer = analyzer
        fresh = Manifest(FILES_VERSION, identity.embedder, identity.dimension, analyzer.name)
        self._published: Manifest | None = None
        try:
            self._published = read_manifest(folder)
            self._manifest = _of_vectors(self._published, identity)
        except (IndexMissingError, IndexDamagedError):
            self._manifest = fresh
        if replace(self._manifest, dense_file="", dense_revision=-1, files={}) != fresh:
            self._manifest = fresh
        self._lexical = self._open_lexical()

    def publish(self, connection: sqlite3.Connection) -> int:
        """Bring both followers to the store's revision, record their files, and return it."""
        revision = self._lexical.catch_up(connection, self._analyzer)
        self._save_dense(connection)
        names = [f"{lexical.FOLDER_NAME}/{name}" for name in self._lexical.files()]
        if self._manifest.dense_file:
            names.append(self._manifest.dense_file)
        files = record_files(self._folder, names, self._manifest.files)
        self._manifest = replace(self._manifest, files=files)
        if self._manifest != self._published or self._is_new():
            write_manifest(self._folder, self._manifest)
            self._published = self._manifest
        self._drop_unused()
        return revision

    def _open_lexical(self) -> LexicalFollower:
        folder = self._folder / lexical.FOLDER_NAME
        if not self._manifest.files:
            return LexicalFollower(folder, create=True)
        problems = damaged_lexical(self._folder, self._manifest)
        if problems:
            logger.warning("The BM25 index is made anew: %s.", "; ".join(problems))
            return LexicalFollower(folder, create=True)
        return LexicalFollower(folder)

    def _save_dense(self, connection: sqlite3.Connection) -> None:
        """Write a new base when readers would have to add many vectors to the last one."""
        waiting = read_changes(connection, self._manifest.dense_revision)
        changed = waiting.added_count(connection) + len(waiting.forgotten(connection, Level.CHILD))
        if changed <= RECENT_LIMIT or count_children(connection) <= EXACT_LIMIT:
            return
        view = compacted(caught_up(self._saved_view(), connection))
        name = f"dense-{view.revision}.faiss"
        save_base(view, self._folder / name)
        self._manifest = replace(self._manifest, dense_file=name, dense_revision=view.revision)

    def _saved_view(self) -> DenseView:
        return open_dense(self._folder, self._manifest, self._identity)

    def _is_new(self) -> bool:
        return not (self._folder / FILE_NAME).exists()

    def _drop_unused(self) -> None:
        for path in self._folder.glob("dense-*.faiss"):
            if path.name != self._manifest.dense_file:
                path.unlink(missing_ok=True)


def damaged_lexical(folder: Path, manifest: Manifest) -> list[str]:
    """Return a sentence for each file in use by BM25 that differs from its record.

    BM25 commits before the manifest is written: in between, and after a crash in between, it
    uses files that are not on record yet, and no longer uses some that are.
    """
    try:
        live = lexical.live_segments(folder / lexical.FOLDER_NAME)
    except IndexDamagedError as error:
        return [str(error)]
    used = {n: r for n, r in manifest.files.items() if lexical.is_live(Path(n).name, live)}
    return damaged_files(folder, replace(manifest, files=used))


def open_dense(folder: Path, manifest: Manifest, identity: Identity) -> DenseView:
    """Return the saved view when it is whole, else an empty one that has everything to learn.

    A crash in a conversion to another embedder may leave the manifest of the old vectors.
    """
    if _of_vectors(manifest, identity) != manifest or not manifest.dense_file:
        return empty_view(identity.dimension)
    problems = damaged_files(folder, manifest, manifest.dense_file)
    if problems:
        logger.warning("The vectors are read from the store again: %s.", "; ".join(problems))
        return empty_view(manifest.dimension)
    return load_base(folder / manifest.dense_file, manifest.dense_revision, manifest.dimension)


def switch_vectors(folder: Path, identity: Identity, dense_file: str, revision: int) -> None:
    """Record that vectors of another embedder count, with the file that holds them, if any.

    BM25 knows nothing of vectors and stays as it is.
    """
    try:
        manifest = _of_vectors(read_manifest(folder), identity)
    except (IndexMissingError, IndexDamagedError):
        return  # the next writer makes all followers anew
    if dense_file:
        files = {**manifest.files, **record_files(folder, [dense_file], {})}
        manifest = replace(manifest, dense_file=dense_file, dense_revision=revision, files=files)
    write_manifest(folder, manifest)


def _of_vectors(manifest: Manifest, identity: Identity) -> Manifest:
    """Return the manifest, without the dense file when another embedder made what it holds."""
    if (manifest.embedder, manifest.dimension) == (identity.embedder, identity.dimension):
        return manifest
    return replace(
        manifest,
        embedder=identity.embedder,
        dimension=identity.dimension,
        dense_file="",
        dense_revision=-1,
        files={n: r for n, r in manifest.files.items() if n != manifest.dense_file},
    )
