"""The properties of an Outlook item: numbered streams in a compound file (MS-OXMSG)."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from ingest.errors import MalformedFileError
from ingest.loaders.eml_headers import text_of

_PROPERTIES = "__properties_version1.0"
_TEXT, _NARROW_TEXT, _BINARY, _OBJECT = "001F", "001E", "0102", "000D"
_NUMBER, _TIME = 0x0003, 0x0040
_CODE_PAGES = (0x3FFD, 0x3FDE)
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_ENTRY = struct.Struct("<HHI8s")
_HEAD_OF_FILE, _HEAD_OF_INNER_MAIL, _HEAD_OF_MEMBER = 32, 24, 8


class MsgFile:
    """The compound file; it hands out at most twice as many bytes as it has itself.

    In a damaged one, many streams may lie upon one another, or one follow itself in a circle.
    """

    def __init__(self, content: bytes, name: str) -> None:
        import olefile

        if not content.startswith(olefile.MAGIC):
            raise MalformedFileError(f"{name} is not an Outlook file: save it as .msg again.")
        self.name = name
        self._left = 2 * len(content)
        self._ole: Any = olefile.OleFileIO(BytesIO(content))
        self.paths = frozenset("/".join(path) for path in self._ole.listdir(storages=True))

    def read(self, path: str) -> bytes:
        """Return the bytes of a stream, nothing where there is none."""
        if path not in self.paths:
            return b""
        size = self._ole.get_size(path)
        self._left -= size
        if self._left < 0:
            raise MalformedFileError(f"{self.name} is damaged: save it again or restore a copy.")
        return bytes(self._ole.openstream(path).read())


class MsgStorage:
    """One item of the file: the mail itself, a receiver, an attachment, a mail inside."""

    def __init__(self, file: MsgFile, prefix: str = "", head: int = _HEAD_OF_FILE) -> None:
        self._file = file
        self._prefix = prefix
        self._fixed = _fixed_properties(file.read(f"{prefix}{_PROPERTIES}")[head:])
        self._code_page = next(filter(None, map(self.number, _CODE_PAGES)), 0)

    def is_item(self) -> bool:
        """Return whether there are properties at all."""
        return f"{self._prefix}{_PROPERTIES}" in self._file.paths

    def text(self, tag: int) -> str:
        """Return a text, in whichever width it is stored; nothing where there is none."""
        wide = self._stream(tag, _TEXT)
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\x00")
        encoding = f"cp{self._code_page}" if self._code_page else ""
        return text_of(self._stream(tag, _NARROW_TEXT).rstrip(b"\x00"), encoding, self._file.name)

    def binary(self, tag: int) -> bytes:
        """Return the bytes of a property, nothing where there is none."""
        return self._stream(tag, _BINARY)

    def number(self, tag: int) -> int:
        """Return a whole number, 0 where there is none."""
        kind, value = self._fixed.get(tag, (0, b""))
        return int.from_bytes(value[:4], "little") if kind == _NUMBER else 0

    def time(self, tag: int) -> datetime | None:
        """Return a point in time, None where there is none that makes sense."""
        kind, value = self._fixed.get(tag, (0, b""))
        if kind != _TIME:
            return None
        try:
            return _EPOCH + timedelta(microseconds=int.from_bytes(value, "little") // 10)
        except OverflowError:
            return None

    def members(self, kind: str) -> Iterator["MsgStorage"]:
        """Yield the items of a kind below this one: "recip" or "attach"."""
        begin = f"{self._prefix}__{kind}_version1.0_#"
        for path in sorted(self._file.paths):
            if path.startswith(begin) and "/" not in path[len(begin) :]:
                yield MsgStorage(self._file, f"{path}/", _HEAD_OF_MEMBER)

    def inside(self, tag: int) -> "MsgStorage":
        """Return the item that is stored in a property of this one."""
        return MsgStorage(self._file, f"{self._path(tag, _OBJECT)}/", _HEAD_OF_INNER_MAIL)

    def _stream(self, tag: int, kind: str) -> bytes:
        return self._file.read(self._path(tag, kind))

    def _path(self, tag: int, kind: str) -> str:
        return f"{self._prefix}__substg1.0_{tag:04X}{kind}"


def _fixed_properties(entries: bytes) -> dict[int, tuple[int, bytes]]:
    """Return kind and value of the properties of fixed length by their numbers."""
    whole = entries[: len(entries) // _ENTRY.size * _ENTRY.size]
    return {tag: (kind, value) for kind, tag, _, value in _ENTRY.iter_unpack(whole)}
