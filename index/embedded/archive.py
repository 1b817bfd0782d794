"""The file of a backup: a ZIP whose first member describes it and whose last holds checksums.

Databases are compressed, as quickly as can be, for a third to two thirds of a store is text.
Uploads are left as they are: most formats are compressed already.
"""

import hashlib
import json
import zipfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

FORMAT_VERSION = 1
HEADER, CHECKSUMS = "mureum-backup.json", "checksums.json"
STORE, JOBS, UPLOADS = "store.sqlite3", "jobs.sqlite3", "uploads"
BYTES_AT_ONCE = 1 << 20
_FIRST_BYTES = b"PK\x03\x04"
_NAME_AT = 30
_COMPRESSION_LEVEL = 1
_LONGEST_NAME_BYTES = 255


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup is of; ``store_format`` is the version of the store's layout."""

    format: int
    created_at: str
    store_format: str
    embedder: str
    dimension: int
    revision: int


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a member held when it was written."""

    size_bytes: int
    sha256: str


class ArchiveWriter:
    """Writes members one after the other; ``finish`` makes it a whole backup."""

    def __init__(self, file: IO[bytes], header: Header) -> None:
        self._zip = zipfile.ZipFile(file, "w", compresslevel=_COMPRESSION_LEVEL)
        self._checksums: dict[str, Checksum] = {}
        self._checksums[HEADER] = self._write_json(HEADER, asdict(header))

    def add(self, name: str, source: IO[bytes]) -> None:
        """Write what a file holds under this name."""
        digest, size = hashlib.sha256(), 0
        self._zip.compression = (
            zipfile.ZIP_DEFLATED if name in {STORE, JOBS} else zipfile.ZIP_STORED
        )
        with self._zip.open(name, "w", force_zip64=True) as member:
            while piece := source.read(BYTES_AT_ONCE):
                member.write(piece)
                digest.update(piece)
                size += len(piece)
        self._checksums[name] = Checksum(size, digest.hexdigest())

    def finish(self) -> None:
        """Write the checksums and the directory."""
        sums = {name: asdict(checksum) for name, checksum in self._checksums.items()}
        self._write_json(CHECKSUMS, sums)
        self._zip.close()

    def close(self) -> None:
        """Let go of the file; without ``finish`` it is no whole backup."""
        with suppress(OSError):  # what is unfinished is deleted, and a full disk was told before
            self._zip.close()

    def _write_json(self, name: str, content: dict[str, Any]) -> Checksum:
        text = json.dumps(content, indent=0, ensure_ascii=False).encode()
        self._zip.writestr(name, text)
        return Checksum(len(text), hashlib.sha256(text).hexdigest())


def is_archive(path: Path) -> bool:
    """Return whether a file begins as a backup does, whole or not."""
    with path.open("rb") as file:
        first = file.read(_NAME_AT + len(HEADER))
    return first.startswith(_FIRST_BYTES) and first[_NAME_AT:] == HEADER.encode()


def is_safe(name: str) -> bool:
    """Return whether a member may have this name: one of ours, or a path below the uploads."""
    if name in {HEADER, CHECKSUMS, STORE, JOBS}:
        return True
    first, *parts = name.split("/")
    return first == UPLOADS and bool(parts) and all(map(_is_safe_part, parts))


def _is_safe_part(part: str) -> bool:
    return (
        part not in {"", ".", ".."}
        and part.isprintable()
        and not set(part) & set('\\:"<>|?*')
        and len(part.encode()) <= _LONGEST_NAME_BYTES
    )
