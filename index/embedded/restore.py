"""Restoring a backup: everything is unpacked, checked and built beside, then it takes the place."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from index.embedded.archive import JOBS, STORE, UPLOADS, Header
from index.embedded.archive_reading import Archive, damaged, open_archive
from index.embedded.database import connect, transaction
from index.embedded.examination import examine_store
from index.embedded.store import (
    READABLE_FORMATS,
    Identity,
    read_meta,
    read_revision,
    readable_schemas,
    schema_of,
)
from index.embedded.swapping import (
    WRITER_LOCK,
    decide,
    exchange,
    restore_lock,
)
from index.errors import (
    IndexLockedError,
    IndexMismatchError,
    IndexVersionError,
    SearchIndexError,
    StorageFullError,
)

_STAGING = ".restoring"


@dataclass(frozen=True, slots=True)
class Restoration:
    """One restore: of which file, into which index folder, made with what."""

    file: Path
    folder: Path
    identity: Identity
    replace: bool = False


@contextmanager
def restoring(wanted: Restoration) -> Iterator[Path]:
    """Give the folder of the restored store, whose followers the block makes; then exchange.

    Nothing of the present index changes before all that can fail has been done. Raises
    SearchIndexError when the file is no whole backup, when another embedder is configured, when
    somebody writes, and when there is an index already and ``replace`` is not set.
    """
    with open_archive(wanted.file) as archive:
        _check_fits(wanted, archive.header)
        try:
            with _alone(wanted.folder):
                exchange(wanted.folder)
                _check_free(wanted)
                staging = _staged(wanted, archive)
                yield staging / wanted.folder.name
                decide(wanted.folder, staging)
                exchange(wanted.folder)
        except OSError as error:
            raise StorageFullError(
                f"{wanted.folder.parent} cannot be written ({error}). Check the permissions and"
                " the free space; what was there is unharmed."
            ) from error


def _check_fits(wanted: Restoration, header: Header) -> None:
    if header.store_format not in READABLE_FORMATS:
        raise IndexVersionError(
            f"{wanted.file} holds a store of format version {header.store_format}, and this"
            f" program reads {', '.join(READABLE_FORMATS)}. Restore it with the version of the"
            " program that made it."
        )
    made_with = Identity(header.embedder, header.dimension)
    if made_with != wanted.identity:
        raise IndexMismatchError(
            f"{wanted.file} was made with the embedder {made_with.embedder}"
            f" ({made_with.dimension} dimensions), and {wanted.identity.embedder}"
            f" ({wanted.identity.dimension}) is configured. Set MUREUM_EMBEDDER to"
            f" {_setting_of(made_with.embedder)} and restore again."
        )


def _setting_of(embedder: str) -> str:
    """Return what to set for an embedder that is known by this name."""
    name, _, rest = embedder.partition(":")
    if name == "folder":
        return f"the folder of the model {rest.partition('@')[0]}"
    return name.partition("@")[0]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other restores and all writers away."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as locks:
        try:
            locks.enter_context(restore_lock(folder).acquire(timeout=0))
            locks.enter_context(FileLock(folder / WRITER_LOCK).acquire(timeout=0))
        except Timeout as error:
            raise IndexLockedError(
                f"Another process is writing to {folder}. Wait until it has ended; a crash"
                " releases the lock."
            ) from error
        yield


def _check_free(wanted: Restoration) -> None:
    data = wanted.folder.parent
    present = [path for path in (wanted.folder / STORE, data / JOBS, data / UPLOADS) if _is(path)]
    if present and not wanted.replace:
        raise SearchIndexError(
            f"{present[0]} exists already. Put the backup in the place of what is there with:"
            f" python -m ingest restore {wanted.file} --replace"
        )


def _is(path: Path) -> bool:
    return path.is_file() or (path.is_dir() and any(path.iterdir()))


def _staged(wanted: Restoration, archive: Archive) -> Path:
    """Return the folder that holds what was unpacked and found to be whole."""
    data = wanted.folder.parent
    staging, place = data / _STAGING, data / _STAGING / wanted.folder.name
    shutil.rmtree(staging, ignore_errors=True)
    if (free := shutil.disk_usage(data).free) < archive.size_bytes:
        raise StorageFullError(
            f"The backup holds {archive.size_bytes / 1e6:,.0f} MB, and {data} has room for"
            f" {free / 1e6:,.0f} MB. Free some space; what was there is unharmed."
        )
    place.mkdir(parents=True)
    for name in archive.names:
        target = place / STORE if name == STORE else staging / name
        target.parent.mkdir(parents=True, exist_ok=True)
        archive.unpack(name, target)
    _check_store(wanted, place, archive.header)
    _go_beyond(wanted.folder / STORE, place / STORE)
    if JOBS in archive.names:
        _check_jobs(wanted.file, staging / JOBS)
    return staging


def _check_store(wanted: Restoration, place: Path, header: Header) -> None:
    """Raise unless the store has our tables, nothing else, and is whole in itself."""
    path = place / STORE
    try:
        with closing(connect(path, write=False)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            if schema_of(connection) not in readable_schemas():
                raise damaged(wanted.file, f"{STORE} has tables that are not ours")
            meta = read_meta(path, connection)
        if [meta.get("embedder"), meta.get("dimension")] != [
            header.embedder,
            str(header.dimension),
        ]:
            raise damaged(wanted.file, "its description is of another store")
        wrong = [each.message for each in examine_store(place, wanted.identity) if each.problem]
    except sqlite3.Error as error:
        raise damaged(wanted.file, f"{STORE} cannot be read ({error})") from error
    if wrong:
        raise damaged(wanted.file, f"{STORE}: {'; '.join(wrong)}")


def _check_jobs(file: Path, path: Path) -> None:
    try:
        with closing(connect(path, write=False)) as connection:
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        answer = str(error)
    if answer != "ok":
        raise damaged(file, f"{JOBS}: {answer}")


def _go_beyond(present: Path, restored: Path) -> None:
    """Raise the restored revision above the present one: revisions never go back."""
    try:
        with closing(connect(present, write=False)) as connection:
            reached = read_revision(connection)
    except (SearchIndexError, sqlite3.Error):
        return  # there is none, or it is what the backup has to replace
    with closing(connect(restored, write=True)) as connection, transaction(connection, restored):
        if read_revision(connection) <= reached:
            connection.execute(
                "UPDATE meta SET value = ? WHERE key = 'revision'", (str(reached + 1),)
            )
