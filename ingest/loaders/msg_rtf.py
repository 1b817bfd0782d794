"""The text of a mail as Outlook keeps it: RTF, compressed (MS-OXRTFCP)."""

import struct

from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.rtf_reading import RtfReading

_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_HEAD = struct.Struct("<II4sI")
_WINDOW = 4096
_FIRST_WORDS = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def text_of_rtf(compressed: bytes) -> str:
    """Return the visible text of a compressed RTF body, nothing where there is none."""
    if not compressed:
        return ""
    blocks = BlockBuilder()
    RtfReading(decompressed(compressed), blocks)
    return blocks.text


def decompressed(stream: bytes) -> bytes:
    """Return the RTF; raise ValueError when the stream has another form."""
    _, raw_size, magic, _ = _HEAD.unpack_from(stream)
    data = stream[_HEAD.size :]
    if magic == _PLAIN:
        return data[:raw_size]
    if magic != _COMPRESSED:
        raise ValueError("the compression of the text is unknown")
    return _expanded(data)[:raw_size]


def _expanded(data: bytes) -> bytes:
    """Return what literals and references into the last 4096 bytes stand for."""
    out = bytearray(_FIRST_WORDS)
    place = 0
    while place < len(data):
        flags = data[place]
        place += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[place : place + 1]
                place += 1
                continue
            reference = int.from_bytes(data[place : place + 2], "big")
            place += 2
            if not _repeat(out, reference >> 4, (reference & 15) + 2):
                return bytes(out[len(_FIRST_WORDS) :])
    return bytes(out[len(_FIRST_WORDS) :])


def _repeat(out: bytearray, offset: int, length: int) -> bool:
    """Append earlier bytes; return False where the reference marks the end."""
    distance = (len(out) - offset) % _WINDOW
    if distance == 0 or distance > len(out):
        return False
    for _ in range(length):
        out.append(out[-distance])
    return True
