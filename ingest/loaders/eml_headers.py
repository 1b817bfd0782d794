"""The head of a mail: encoded words become text, addresses and dates lines for people."""

from collections.abc import Mapping
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from ingest.errors import MalformedFileError
from ingest.loaders.encoding import decode, decode_declared

_NO_ENCODING = frozenset({"", "us-ascii", "ascii", "unknown-8bit", "default", "x-unknown"})


def headers(message: Message) -> Mapping[str, str]:
    """Return the first header of each name, in lower case, as it was written."""
    found: dict[str, str] = {}
    for name, value in message.raw_items():
        found.setdefault(name.lower(), _unfolded(str(value)))
    return found


def text_of(content: bytes, encoding: str, name: str) -> str:
    """Return the characters of a part of a mail, whose declared encoding is often a wrong one.

    What is no text in any encoding is shown with replacement signs: the rest of the mail is.
    """
    try:
        if encoding.strip().lower() in _NO_ENCODING:
            return decode(content, name) if content else ""
        return decode_declared(content, encoding, name)
    except MalformedFileError:
        return content.decode("utf-8", "replace")


def header_text(value: str) -> str:
    """Return a header's text on one line, its encoded words decoded."""
    try:
        pieces = decode_header(value)
    except HeaderParseError:
        pieces = [(value, None)]
    words = (
        piece if isinstance(piece, str) else text_of(piece, encoding or "", "header")
        for piece, encoding in pieces
    )
    return " ".join("".join(words).split())


def addresses(value: str) -> list[str]:
    """Return each address with its name, as people write them."""
    return [
        f"{header_text(name)} <{address}>" if name and name != address else address or name
        for name, address in getaddresses([value])
        if name or address
    ]


def date(value: str) -> str:
    """Return the date year first, with its time zone; as it was written when it makes no sense."""
    try:
        return parsedate_to_datetime(value).strftime("%Y-%m-%d %H:%M %z").strip()
    except (TypeError, ValueError, IndexError):
        return header_text(value)


def _unfolded(value: str) -> str:
    """Return a header on one line, bytes that are not ASCII decoded: nobody declares them."""
    content = value.encode("utf-8", "surrogateescape")
    line = value if content.isascii() else text_of(content, "", "header")
    return " ".join(line.split())
