"""Reading a backup and believing nothing of it.

Names, kinds and sizes are checked before a byte is unpacked; what is unpacked may neither be
longer than declared nor differ from its checksum.
"""

import hashlib
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from index.embedded.archive import (
    BYTES_AT_ONCE,
    CHECKSUMS,
    FORMAT_VERSION,
    HEADER,
    STORE,
    Checksum,
    Header,
    is_archive,
    is_safe,
)
from index.errors import IndexDamagedError, IndexVersionError, SearchIndexError

_LONGEST_HEADER = 1 << 16
_LONGEST_CHECKSUM = 1 << 11
_ENCRYPTED = 1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
)


class Archive:
    """A backup whose description and directory were found to be in order."""

    def __init__(self, path: Path, opened: zipfile.ZipFile) -> None:
        self._path = path
        self._zip = opened
        self._members = _checked_members(path, opened.infolist())
        self.header = _header_of(path, self._json(HEADER, _LONGEST_HEADER))
        self._checksums = self._read_checksums()

    @property
    def names(self) -> list[str]:
        """Return the names of the members that can be unpacked."""
        return [name for name in self._checksums if name != HEADER]

    @property
    def size_bytes(self) -> int:
        """Return how many bytes all of them have."""
        return sum(self._checksums[name].size_bytes for name in self.names)

    def unpack(self, name: str, place: Path) -> None:
        """Write a member to a file that does not exist yet; raise unless it is as recorded."""
        expected = self._checksums[name]
        digest, size = hashlib.sha256(), 0
        with place.open("xb") as file:
            for piece in self._pieces(name, expected.size_bytes):
                digest.update(piece)
                size += len(piece)
                file.write(piece)
        if Checksum(size, digest.hexdigest()) != expected:
            raise damaged(self._path, f"{name} differs from its checksum")

    def _read_checksums(self) -> dict[str, Checksum]:
        raw = self._json(CHECKSUMS, _LONGEST_CHECKSUM * len(self._members))
        try:
            sums = {name: Checksum(**record) for name, record in raw.items()}
        except TypeError as error:
            raise damaged(self._path, f"{CHECKSUMS} cannot be understood") from error
        sizes = {name: info.file_size for name, info in self._members.items()}
        del sizes[CHECKSUMS]
        if sizes != {name: checksum.size_bytes for name, checksum in sums.items()}:
            raise damaged(self._path, "its members are not those that it lists")
        if STORE not in sums:
            raise damaged(self._path, f"{STORE} is missing")
        return sums

    def _json(self, name: str, longest: int) -> dict[str, Any]:
        if name not in self._members:
            raise damaged(self._path, f"{name} is missing")
        try:
            found = json.loads(b"".join(self._pieces(name, longest)))
        except (ValueError, RecursionError) as error:
            raise damaged(self._path, f"{name} cannot be understood") from error
        if not isinstance(found, dict):
            raise damaged(self._path, f"{name} cannot be understood")
        return found

    def _pieces(self, name: str, longest: int) -> Iterator[bytes]:
        """Yield what a member holds; raise when that is longer than it may be."""
        size = 0
        try:
            with self._zip.open(self._members[name]) as member:
                while piece := member.read(BYTES_AT_ONCE):
                    size += len(piece)
                    if size > longest:
                        break
                    yield piece
        except _BROKEN as error:
            raise damaged(self._path, f"{name} cannot be read ({error})") from error
        if size > longest:
            raise damaged(self._path, f"{name} is longer than it may be")


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Give the backup in this file; raise SearchIndexError when it is none, or a broken one."""
    try:
        known, file = is_archive(path), path.open("rb")
    except OSError as error:
        raise SearchIndexError(f"{path} cannot be read ({error.strerror}).") from error
    with file:
        if not known:
            raise SearchIndexError(f"{path} is no backup made by: python -m ingest backup FILE")
        try:
            opened = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise damaged(path, "its end is missing or cannot be read") from error
        with opened:
            yield Archive(path, opened)


def damaged(path: Path, why: str) -> IndexDamagedError:
    """Return the error that says so of a backup."""
    return IndexDamagedError(f"The backup {path} is damaged: {why}. Use another one.")


def _header_of(path: Path, raw: dict[str, Any]) -> Header:
    version = raw.get("format")
    if type(version) is int and version != FORMAT_VERSION:
        raise IndexVersionError(
            f"{path} is a backup of format {version}, and this program reads format"
            f" {FORMAT_VERSION}. Restore it with the version of the program that made it."
        )
    wrong = [each.name for each in fields(Header) if type(raw.get(each.name)) is not each.type]
    if wrong:
        raise damaged(path, f"its description says nothing clear about {', '.join(wrong)}")
    return Header(**{each.name: raw[each.name] for each in fields(Header)})


def _checked_members(path: Path, infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        kind = stat.S_IFMT(info.external_attr >> 16)
        plain = kind in {0, stat.S_IFREG} and not info.flag_bits & _ENCRYPTED
        known = info.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        if not (plain and known and is_safe(info.filename)) or info.filename in members:
            raise damaged(path, f"it has a member that no backup has, {info.filename[:80]!r}")
        members[info.filename] = info
    return members
