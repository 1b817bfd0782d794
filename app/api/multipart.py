"""A multipart form, cut into its parts while its bytes come.

The framework's own parser writes every file into a temporary one first: a file would be written
twice, or held in memory where the temporary folder is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.errors import InvalidUploadError, NotMultipartError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_HEADER_BYTES = 65_536
"""A name of thousands of characters is cut, not refused."""

_ENCODED_NAME = re.compile(rb"filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PartBegun:
    """A part begins; ``file_name`` is None for a field and empty where no file was chosen."""

    field: str
    file_name: str | None


@dataclass(frozen=True, slots=True)
class PartContent:
    """More bytes of the part that began last."""

    content: bytes


class PartEnded:
    """The part that began last is whole."""


PartEvent = PartBegun | PartContent | PartEnded


class MultipartForm:
    """Turns the bytes of one body into the events of its parts."""

    def __init__(self, content_type: str) -> None:
        media_type, options = parse_options_header(content_type)
        if media_type != b"multipart/form-data" or not options.get(b"boundary"):
            raise NotMultipartError("Send files as a form: multipart/form-data, with a boundary.")
        self._events: list[PartEvent] = []
        self._header_name = b""
        self._header_value = b""
        self._disposition = b""
        self._whole = False
        try:
            self._parser = MultipartParser(
                options[b"boundary"], self._callbacks(), max_header_size=_HEADER_BYTES
            )
        except FormParserError as error:
            raise _malformed(error) from error

    def feed(self, content: bytes) -> list[PartEvent]:
        """Return what these further bytes bring; raise InvalidUploadError for what is no form."""
        try:
            self._parser.write(content)
        except FormParserError as error:
            raise _malformed(error) from error
        events, self._events = self._events, []
        return events

    def end(self) -> None:
        """Raise InvalidUploadError unless the form came to its end."""
        if not self._whole:
            raise InvalidUploadError("The form ends in the middle: its last boundary is missing.")

    def _callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._name_header,
            "on_header_value": self._fill_header,
            "on_header_end": self._end_header,
            "on_headers_finished": self._open,
            "on_part_data": self._fill,
            "on_part_end": lambda: self._events.append(PartEnded()),
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        self._disposition = b""

    def _name_header(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _fill_header(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value
        self._header_name = self._header_value = b""

    def _open(self) -> None:
        kind, options = parse_options_header(self._disposition)
        if kind != b"form-data" or b"name" not in options:
            raise InvalidUploadError("A part of the form has no name.")
        field = options[b"name"].decode("utf-8", "replace")
        self._events.append(PartBegun(field, _file_name(self._disposition, options)))

    def _fill(self, data: bytes, start: int, end: int) -> None:
        self._events.append(PartContent(data[start:end]))

    def _finish(self) -> None:
        self._whole = True


def _file_name(disposition: bytes, options: Mapping[bytes, bytes]) -> str | None:
    """Return the name of a file as it was sent, which may be anything.

    Some programs send it in the encoded form of other headers only.
    """
    if b"filename" in options:
        return _decoded(options[b"filename"])
    encoded = _ENCODED_NAME.search(disposition)
    return _decoded(unquote_to_bytes(encoded[1])) if encoded else None


def _decoded(name: bytes) -> str:
    """Return a name that is UTF-8, or CP949 as command lines of Korean Windows send it."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("cp949", "replace")


def _malformed(error: FormParserError) -> InvalidUploadError:
    return InvalidUploadError(f"The form is malformed: {error}.")
