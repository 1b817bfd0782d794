"""Putting a restored index in the place of another, so that a crash leaves one of them complete.

The new one waits, whole, under a name of its own. Giving it that name is the one step that
decides: from then on whoever opens the index finishes the exchange, from any point of it.
"""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from filelock import FileLock, Timeout

from index.embedded.archive import JOBS, UPLOADS
from index.embedded.database import connect, translated

WRITER_LOCK = "writer.lock"
_READY, _REPLACED = ".restored", ".replaced"
_LOCK = "restore.lock"


def restore_lock(folder: Path) -> FileLock:
    """Return the lock that one restore of an index folder holds from its first to its last step."""
    return FileLock(folder.parent / _LOCK)


def is_decided(folder: Path) -> bool:
    """Return whether a restored index waits to be put in the place of this folder."""
    return (folder.parent / _READY).exists()


def finish_restore(folder: Path) -> None:
    """Finish what a restore decided and did not live to do; usually there is nothing to do.

    While somebody writes to the old index it stays, complete, until the next time.
    """
    if is_decided(folder):
        with restore_lock(folder), contextlib.suppress(Timeout):
            folder.mkdir(exist_ok=True)
            with FileLock(folder / WRITER_LOCK, timeout=0):
                exchange(folder)


def decide(folder: Path, staging: Path) -> None:
    """Let what is staged be the index folder, and what lies beside it, from now on."""
    for path in (*staging.rglob("*"), staging):
        sync(path)
    staging.rename(folder.parent / _READY)
    sync(folder.parent)


def exchange(folder: Path) -> None:
    """Put everything that waits in place, the index last; what it replaces is deleted then.

    The caller holds the lock of the restore and that of the old index's writer.
    """
    data = folder.parent
    ready, replaced = data / _READY, data / _REPLACED
    if ready.exists():
        replaced.mkdir(exist_ok=True)
        _exchange_jobs(ready / JOBS, data / JOBS)
        for name in (UPLOADS, folder.name):
            if (ready / name).exists():
                if (data / name).exists():
                    (data / name).rename(Path(tempfile.mkdtemp(dir=replaced)) / name)
                (ready / name).rename(data / name)
        sync(data)
        ready.rmdir()
    shutil.rmtree(replaced, ignore_errors=True)


def _exchange_jobs(new: Path, present: Path) -> None:
    """Write the jobs into the present database, which a service may have open."""
    if not new.exists():
        return
    if not present.exists():
        new.rename(present)
        return
    with (
        translated(present),
        closing(sqlite3.connect(new)) as source,
        closing(connect(present, write=True)) as target,
    ):
        source.backup(target)
    new.unlink()


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are safe on the disk."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
