"""Making a backup: one consistent file while the service serves and an ingest writes."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.embedded.archive import FORMAT_VERSION as ARCHIVE_FORMAT
from index.embedded.archive import (
    JOBS,
    STORE,
    UPLOADS,
    ArchiveWriter,
    Header,
    is_archive,
    is_safe,
)
from index.embedded.database import connect, translated
from index.embedded.store import READABLE_FORMATS, read_meta
from index.embedded.swapping import finish_restore, sync
from index.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexMissingError,
    IndexVersionError,
    SearchIndexError,
    StorageFullError,
)

_PAGES_AT_ONCE = 1024
_ROUNDS = 10
_UNFINISHED = ".part"
"""The suffix of an upload that is still arriving; no job refers to it."""

_LOCK_NAME, _PARTIAL = "backup.lock", ".partial"


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was written."""

    documents: int
    uploads: int
    revision: int
    size_bytes: int


def back_up(folder: Path, file: Path) -> BackupReport:
    """Write the index in ``folder`` and the uploads beside it to one file; return what it holds.

    The file appears when it is whole and safe on the disk. The followers are left out: they are
    made again from the store.
    """
    finish_restore(folder)
    if not (folder / STORE).exists():
        raise IndexMissingError(
            f"There is no index in {folder}. Make one with: python -m ingest FOLDER"
        )
    _check_target(folder, file)
    try:
        with _alone(folder), _replacing(file) as (fresh, work):
            return _Backup(folder, work).write(fresh)
    except OSError as error:
        raise StorageFullError(
            f"The backup cannot be written to {file} ({error.strerror}). Check the permissions and"
            " the free space; there must be room for the store twice."
        ) from error


class _Backup:
    """Copies what lies in a data folder, in the order in which one thing refers to the other.

    A job refers to a file, and a finished job to what the store holds. So the jobs are copied
    between files and files, until no file came or went meanwhile, and the store after the jobs.
    """

    def __init__(self, folder: Path, work: Path) -> None:
        self._index = folder
        self._data = folder.parent
        self._work = work
        self._added: set[Path] = set()

    def write(self, fresh: Path) -> BackupReport:
        """Write everything to a new file."""
        with fresh.open("xb") as file, closing(ArchiveWriter(file, self._header())) as archive:
            self._add_uploads(archive)
            store = copy_database(self._index / STORE, self._work / STORE)
            self._add_file(archive, STORE, store)
            self._add_new_files(archive)
            archive.finish()
            file.flush()
            os.fsync(file.fileno())
            with closing(sqlite3.connect(store)) as copy:
                documents = int(copy.execute("SELECT count(*) FROM documents").fetchone()[0])
                revision = int(read_meta(store, copy)["revision"])
            return BackupReport(documents, len(self._added), revision, file.tell())

    def _header(self) -> Header:
        path = self._index / STORE
        with closing(connect(path, write=False)) as connection:
            meta = read_meta(path, connection)
        if meta.get("format") not in READABLE_FORMATS:
            raise IndexVersionError(
                f"{path} has format version {meta.get('format')}, and this program backs up"
                f" {', '.join(READABLE_FORMATS)}. Use the program that wrote it."
            )
        return Header(
            format=ARCHIVE_FORMAT,
            created_at=datetime.now(UTC).isoformat(),
            store_format=meta["format"],
            embedder=meta["embedder"],
            dimension=int(meta["dimension"]),
            revision=int(meta["revision"]),
        )

    def _add_uploads(self, archive: ArchiveWriter) -> None:
        jobs = self._data / JOBS
        for _ in range(_ROUNDS):
            before = self._listing()
            self._add_new_files(archive)
            copied = copy_database(jobs, self._work / JOBS) if jobs.exists() else None
            if self._listing() == before:
                break
        if copied is not None:
            self._add_file(archive, JOBS, copied)

    def _listing(self) -> dict[Path, int]:
        """Return every file below the uploads, and every folder with the time of its change."""
        found: dict[Path, int] = {}
        for folder, _, names in os.walk(self._data / UPLOADS):
            with contextlib.suppress(FileNotFoundError):
                found[Path(folder)] = Path(folder).stat().st_mtime_ns
            found |= {Path(folder, name): 0 for name in names}
        return found

    def _add_new_files(self, archive: ArchiveWriter) -> None:
        for path in sorted(self._listing()):
            if path in self._added or path.suffix == _UNFINISHED or not _is_plain(path):
                continue
            name = path.relative_to(self._data).as_posix()
            if not is_safe(name):
                raise SearchIndexError(f"{path} has a name that no upload has. Move it elsewhere.")
            with contextlib.suppress(FileNotFoundError):  # it was deleted since it was listed
                self._add_file(archive, name, path)
                self._added.add(path)

    def _add_file(self, archive: ArchiveWriter, name: str, path: Path) -> None:
        with path.open("rb") as source:
            archive.add(name, source)


def copy_database(source: Path, target: Path) -> Path:
    """Return the target, one committed state of a database that others may be writing to.

    One read transaction spans all steps: what is committed meanwhile neither shows nor makes
    the copy begin again, and the steps are short enough for Ctrl-C.
    """
    target.unlink(missing_ok=True)
    with (
        translated(source),
        closing(connect(source, write=False)) as connection,
        closing(sqlite3.connect(target)) as copy,
    ):
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.backup(copy, pages=_PAGES_AT_ONCE)
        copy.execute("PRAGMA journal_mode = DELETE")
        answer = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if answer != "ok":
        raise IndexDamagedError(f"{source} is damaged ({answer}). Restore an older backup.")
    return target


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _check_target(folder: Path, file: Path) -> None:
    """Raise where a backup would land in itself or in the place of something else."""
    inside = [each for each in (folder, folder.parent / UPLOADS) if _is_inside(file, each)]
    if inside:
        raise SearchIndexError(f"{file} lies in {inside[0]}. Keep backups somewhere else.")
    if file.exists() and not (file.is_file() and (not file.stat().st_size or is_archive(file))):
        raise SearchIndexError(f"{file} exists and is no backup. Give another name.")


def _is_inside(file: Path, folder: Path) -> bool:
    return file.resolve().is_relative_to(folder.resolve())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one backup of an index be made at a time."""
    try:
        with FileLock(folder / _LOCK_NAME, timeout=0):
            yield
    except Timeout as error:
        raise IndexLockedError(
            f"Another backup of {folder} is being made. Wait until it has ended; a crash releases"
            " the lock."
        ) from error


@contextmanager
def _replacing(file: Path) -> Iterator[tuple[Path, Path]]:
    """Give a new file, put in place in one step after the block, and a folder to work in.

    Both lie beside the file, so that the step is a rename; what killed backups left there is
    removed first.
    """
    prefix = f".{file.name}."
    for left in file.parent.iterdir():
        if left.name.startswith(prefix) and left.name.endswith(_PARTIAL):
            shutil.rmtree(left)
    work = Path(tempfile.mkdtemp(prefix=prefix, suffix=_PARTIAL, dir=file.parent))
    try:
        yield work / file.name, work
        (work / file.name).replace(file)
        sync(file.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)
