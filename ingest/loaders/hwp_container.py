"""The streams of a HWP 5 file, which is a compound file (OLE) of compressed streams."""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from ingest.errors import (
    EncryptedFileError,
    FileTooLargeError,
    LoaderError,
    MalformedFileError,
    UnsupportedFormatError,
)
from ingest.loaders.hwp_distribution import unlocked

_SIGNATURE = b"HWP Document File"
_OLD_SIGNATURE = b"HWP Document File V"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FLAGS = slice(36, 40)
_COMPRESSED, _DISTRIBUTION = 1 << 0, 1 << 2
_LOCKED = 1 << 1 | 1 << 4 | 1 << 8 | 1 << 10
_MOST_STREAM_BYTES = 64 * 1024 * 1024
_MOST_BYTES = 256 * 1024 * 1024


class HwpContainer:
    """Hands out the streams of one file, unlocked and inflated, never more than 256 MiB."""

    def __init__(self, content: bytes, name: str) -> None:
        """Open the file; raise a LoaderError for what is no HWP 5 file or needs a password."""
        if not content.startswith(_OLE_MAGIC):
            raise _no_container(content, name)
        import olefile

        self._name = name
        self._size = len(content)
        self._left = _MOST_BYTES
        self._ole: Any = olefile.OleFileIO(BytesIO(content))
        header = self._stream("FileHeader") if self._ole.exists("FileHeader") else b""
        if not header.startswith(_SIGNATURE):
            raise MalformedFileError(
                f"{name} is another kind of document: give it the suffix of its format."
            )
        self._flags = int.from_bytes(header[_FLAGS], "little")
        if self._flags & _LOCKED:
            raise EncryptedFileError(
                f"{name} needs a password or a certificate: save a copy without one."
            )

    def document_information(self) -> bytes:
        """Return the records of shapes and styles."""
        return self._inflated(self._stream("DocInfo"))

    def sections(self) -> Iterator[bytes]:
        """Yield the records of each section of the text, in their order."""
        is_locked = bool(self._flags & _DISTRIBUTION)
        storage = "ViewText" if is_locked else "BodyText"
        for path in self._sections_of(storage):
            stream = self._stream(path)
            yield self._inflated(unlocked(stream) if is_locked else stream)

    def properties(self) -> dict[int, str]:
        """Return the texts of the summary by their numbers: 2 title, 3 subject, 4 author."""
        path = "\x05HwpSummaryInformation"
        if not self._ole.exists(path) or self._ole.get_size(path) > self._size:
            return {}
        found = self._ole.getproperties(path)
        # The texts end with a zero; after it stands what the writer left in its memory.
        return {
            number: text.partition("\x00")[0]
            for number, text in found.items()
            if isinstance(text, str)
        }

    def _sections_of(self, storage: str) -> list[str]:
        names = ("/".join(entry) for entry in self._ole.listdir())
        found = (re.fullmatch(rf"{storage}/Section(\d{{1,5}})", name) for name in names)
        return [match[0] for match in sorted(filter(None, found), key=lambda match: int(match[1]))]

    def _stream(self, path: str) -> bytes:
        # olefile would follow a chain of sectors in a circle for as long as the directory says.
        if self._ole.get_size(path) > self._size:
            raise MalformedFileError(f"{self._name} is damaged: restore a whole copy.")
        return bytes(self._ole.openstream(path).read())

    def _inflated(self, stream: bytes) -> bytes:
        most = min(_MOST_STREAM_BYTES, self._left)
        if self._flags & _COMPRESSED:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            stream = inflater.decompress(stream, most + 1)
            if len(stream) <= most and not inflater.eof:
                raise MalformedFileError(f"{self._name} is cut off: restore a whole copy.")
        if len(stream) > most:
            raise FileTooLargeError(
                f"{self._name} unpacks to too much: split it into smaller files."
            )
        self._left -= len(stream)
        return stream


def _no_container(content: bytes, name: str) -> LoaderError:
    if content.startswith(_OLD_SIGNATURE):
        return UnsupportedFormatError(
            f"{name} is in the old format of Hangul 97 (HWP 3): open it in Hangul and save it"
            " as HWP or HWPX of today."
        )
    if content.startswith(b"PK"):
        return MalformedFileError(f"{name} is a HWPX file or another archive: rename it to .hwpx.")
    if b"<HWPML" in content[:4096]:
        return UnsupportedFormatError(
            f"{name} is in the XML format HWPML: open it in Hangul and save it as HWP or HWPX."
        )
    return MalformedFileError(f"{name} is not a HWP file: restore a copy or correct its suffix.")
