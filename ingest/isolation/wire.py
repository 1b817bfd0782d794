"""Messages between the ingestion and its parsers: a small JSON object, then bytes.

Both sides are this program. Nothing is unpickled, and no length is believed beyond its bound.
"""

import json
import socket
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

_LENGTHS = struct.Struct("!IQ")
_MOST_HEADER_BYTES = 1_000_000
MOST_BODY_BYTES = 2**40


class BrokenConnectionError(Exception):
    """The other side is gone, or says what this program never says."""


def send(connection: socket.socket, header: Mapping[str, Any], body: bytes | bytearray) -> None:
    """Send one message; raise OSError when the other side is gone."""
    encoded = json.dumps(header).encode()
    connection.sendall(_LENGTHS.pack(len(encoded), len(body)) + encoded)
    connection.sendall(body)


def receive(stream: BinaryIO, most_body_bytes: int) -> tuple[dict[str, Any], bytes]:
    """Return the next message, or raise BrokenConnectionError."""
    header_bytes, body_bytes = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if header_bytes > _MOST_HEADER_BYTES or body_bytes > most_body_bytes:
        raise BrokenConnectionError("a message is longer than any may be")
    header: dict[str, Any] = json.loads(_exactly(stream, header_bytes))
    return header, _exactly(stream, body_bytes)


def _exactly(stream: BinaryIO, count: int) -> bytes:
    read = stream.read(count)
    if len(read) < count:
        raise BrokenConnectionError("the other side is gone")
    return read
