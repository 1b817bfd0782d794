"""Handed-over files in a folder, under names that say nothing of who sent them.

A file counts once it is complete under its final name and both are safe on the disk; nothing is
ever written over.
"""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import StorageFullError
from index.uploads.base import Receiver
from index.uploads.ledger import FileShelf
from index.uploads.models import UPLOADS_MARKER, ReceivedFile

_MARKED = "Files that were handed over to the service. data/jobs.sqlite3 knows what they are.\n"
_PARTIAL = ".part"
_NAME = re.compile(rf"[0-9a-f]{{32}}(?:{re.escape(_PARTIAL)})?")
_SECONDS_TO_BE_ADDED = 3600.0


class FolderShelf(FileShelf):
    """A flat folder, made when the first file comes."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._now = now

    def receiver(self) -> Receiver:
        """Return what takes the next file."""
        with _writable(self._folder):
            if not (self._folder / UPLOADS_MARKER).exists():
                self._folder.mkdir(parents=True, exist_ok=True)
                (self._folder / UPLOADS_MARKER).write_text(_MARKED, encoding="utf-8")
                _make_durable(self._folder.parent)
            return _FileReceiver(self._folder)

    def read(self, key: str) -> bytes | None:
        """Return the bytes of a file."""
        try:
            return (self._folder / key).read_bytes()
        except FileNotFoundError:
            return None

    def discard(self, keys: Collection[str]) -> None:
        """Remove files."""
        with _writable(self._folder):
            for key in keys:
                (self._folder / key).unlink(missing_ok=True)

    def left_alone(self) -> frozenset[str]:
        """Return what has not been written to for an hour, incomplete files too."""
        if not self._folder.exists():
            return frozenset()
        before = self._now() - _SECONDS_TO_BE_ADDED
        with os.scandir(self._folder) as files:
            return frozenset(
                file.name
                for file in files
                if _NAME.fullmatch(file.name) and file.stat().st_mtime < before
            )

    def close(self) -> None:
        """Hold nothing."""


class _FileReceiver(Receiver):
    def __init__(self, folder: Path) -> None:
        self._key = secrets.token_hex(16)
        self._path = folder / self._key
        self._partial = folder / (self._key + _PARTIAL)
        self._hash = hashlib.sha256()
        self._size = 0
        self._file = self._partial.open("xb")

    def write(self, content: bytes) -> None:
        with _writable(self._path.parent):
            self._file.write(content)
        self._hash.update(content)
        self._size += len(content)

    def finish(self) -> ReceivedFile:
        with _writable(self._path.parent):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._partial.rename(self._path)
            _make_durable(self._path.parent)
        return ReceivedFile(self._key, self._hash.hexdigest(), self._size)

    def close(self) -> None:
        """Remove what is not complete."""
        with suppress(OSError):  # the disk is full, and somebody was told when it was written to
            self._file.close()
        self._partial.unlink(missing_ok=True)


def _make_durable(folder: Path) -> None:
    """Wait until the names in a folder are safe on the disk, where the system can tell."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFullError(
            f"{folder} cannot be written ({error.strerror}). Free some space or check the"
            " permissions; what was handed over before is unharmed."
        ) from error
