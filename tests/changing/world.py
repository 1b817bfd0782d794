"""Folder, uploads and index as programs see them; a kill lets all of it be as it was then."""

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from index.analyzer import WhitespaceAnalyzer
from index.embedded.index import EmbeddedIndex
from index.embedder.hashing import HashingEmbedder
from index.uploads.models import UPLOADS_MARKER, Job, ReceivedFile
from index.uploads.sqlite import SqliteUploads
from ingest.chunking import ChunkSizes
from ingest.known import known_to
from ingest.reading import ReadingOptions
from ingest.report import RunReport
from ingest.run import RunOptions, ingest
from ingest.watching.notices import News
from ingest.watching.timing import Timing
from ingest.watching.watcher import Watcher
from ingest.worker.renewal import renew
from ingest.worker.stopping import Stopping
from ingest.worker.worker import Worker
from tests.changing.camera import photographed
from tests.changing.expected import Stored
from tests.changing.folder import Folder

SIZES = (ChunkSizes(100, 20), ChunkSizes(100, 30))
_LOOKS, _SECONDS_BETWEEN_LOOKS = 50, 0.02
_FOLLOWERS = ("lexical", "manifest.json", "dense-*.faiss")


class World:
    """Everything below one folder, in one process."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.data = base / "data"
        self.folder = Folder(base / "docs")
        self.now = datetime.now(UTC)
        self.reading = ReadingOptions(SIZES[0], isolation=None)
        self._kept = base / "kept"
        self._open()

    def index_in(self, folder: Path) -> EmbeddedIndex:
        """Return an index in another folder."""
        return EmbeddedIndex(folder, HashingEmbedder(32), WhitespaceAnalyzer())

    def run(self, paths: Sequence[Path], tags: frozenset[str], *, prune: bool) -> RunReport:
        """Ingest once."""
        return ingest(self.index, self._options(paths, tags, prune=prune), lambda _: None)

    def watch(self, *, missed: bool) -> None:
        """Let the watch, which lives until a kill, see what changed and come to rest."""
        if self._watcher is None:
            options = self._options([self.folder.root], frozenset(), prune=True)
            seconds = Timing(settle=1.0)
            self._watcher = Watcher(self.index, options, seconds, self.told.append, self._seconds)
        self._watcher.take(News(frozenset(self.folder.events), missed))
        self.folder.events.clear()
        self.now += timedelta(seconds=2)
        self._watcher.take(News())

    def work(self) -> None:
        """Let a worker begin and do all that waits."""
        self.now += timedelta(minutes=1)
        renew(self.queue, partial(known_to, self.index), self.reading)
        Worker(self.queue, self.index, self.reading, Stopping()).work_off()

    def repair(self) -> None:
        """Make the index files anew from the store."""
        self.index.writer(rebuild=True).close()

    def received(self, content: str) -> ReceivedFile:
        """Return a file that was handed over."""
        with self.queue.receiver() as receiver:
            receiver.write(content.encode())
            return receiver.finish()

    def newest_job(self) -> Job | None:
        """Return the job that was made last."""
        return next(iter(self.queue.jobs(limit=1).jobs), None)

    def killed(self, work: Callable[[], object], moment: int | None) -> bool:
        """Do some work, or let it be killed at this moment; return whether it was."""
        if moment is None:
            work()
            return False
        picture = self.base / "picture"
        with photographed(self.data, picture, moment) as camera:
            work()
        if camera.taken:
            self.close()
            shutil.rmtree(self.data)
            picture.rename(self.data)
            self._open()
        return camera.taken

    def lose(self, pattern: str) -> None:
        """Delete some of the index's files."""
        self.close()
        for path in list((self.data / "index").glob(pattern)):
            _remove(path)
        self._open()

    def lose_index(self) -> None:
        """Delete the whole index; uploads lie elsewhere."""
        self.lose("*")
        shutil.rmtree(self._kept, ignore_errors=True)

    def upgrade(self) -> None:
        """Begin anew with chunks of another size."""
        sizes = SIZES[self.reading.sizes == SIZES[0]]
        self.reading = replace(self.reading, sizes=sizes)
        self.close()
        self._open()

    def keep_followers(self) -> None:
        """Copy what follows the store."""
        shutil.rmtree(self._kept, ignore_errors=True)
        self._kept.mkdir()
        _copy(self.data / "index", self._kept)

    def set_followers_back(self) -> None:
        """Let what follows the store be what it was when it was kept."""
        self.close()
        for pattern in _FOLLOWERS:
            for path in (self.data / "index").glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        _copy(self._kept, self.data / "index")
        self._open()

    def unowned_files(self) -> set[str]:
        """Return what lies among the files that were handed over, and belongs to no document."""
        in_a_day = self.now + timedelta(days=1)
        with SqliteUploads(self.data, lambda: in_a_day) as queue:
            queue.clean()
            known = {job.document_id for job in queue.jobs(limit=10_000).jobs}
            owned = {upload.file.key for upload in queue.uploads(known).values()}
        lying = {path.name for path in (self.data / "uploads").glob("*")}
        return lying - owned - {UPLOADS_MARKER}

    @property
    def stored(self) -> Stored:
        """The tags of every stored document."""
        return {source: known.tags for source, known in known_to(self.index).documents.items()}

    @property
    def has_index(self) -> bool:
        """Whether there is a store."""
        return (self.data / "index" / "store.sqlite3").exists()

    @property
    def has_kept_followers(self) -> bool:
        """Whether followers were kept."""
        return self._kept.exists()

    @property
    def is_watching(self) -> bool:
        """Whether the watch lives that knows what it saw."""
        return self._watcher is not None

    def close(self) -> None:
        """End every program."""
        self.index.close()
        self.reader.close()
        self.queue.close()

    def _open(self) -> None:
        self.index = self.index_in(self.data / "index")
        self.reader = self.index_in(self.data / "index")
        self.queue = SqliteUploads(self.data, lambda: self.now)
        self._watcher: Watcher | None = None
        self.told: list[str] = []
        self.data.mkdir(exist_ok=True)

    def _options(self, paths: Sequence[Path], tags: frozenset[str], *, prune: bool) -> RunOptions:
        return RunOptions(paths, self.base, tags=tags, prune=prune, reading=self.reading)

    def _seconds(self) -> float:
        return self.now.timestamp()


def _remove(path: Path) -> None:
    """Remove a file, or a folder into which a merge that still ends may write once more."""
    if not path.is_dir():
        path.unlink()
        return
    for _ in range(_LOOKS):
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    shutil.rmtree(path)


def _copy(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for pattern in _FOLLOWERS:
        for path in source.glob(pattern):
            copied = shutil.copytree if path.is_dir() else shutil.copy2
            copied(path, target / path.name)
