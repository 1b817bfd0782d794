"""The bytes of an RTF file become tokens: groups, control words, characters."""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

_TOKEN = re.compile(
    r"\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?"
    r"|\\(?P<symbol>[^a-zA-Z])|(?P<brace>[{}])|[\r\n\0]+|(?P<text>[^\\{}\r\n\0]+)|\\",
    re.DOTALL,
)


class Kind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    WORD = auto()
    SYMBOL = auto()
    BYTES = auto()


class Token(NamedTuple):
    """One token: ``text`` is a control word or symbol, or bytes as Latin-1 characters."""

    kind: Kind
    text: str = ""
    number: int | None = None


def tokens(content: bytes) -> Iterator[Token]:
    """Yield the tokens in their order, without the data of embedded objects."""
    source = content.decode("latin-1")
    place = 0
    while match := _TOKEN.match(source, place):
        place = match.end()
        token = _token(match)
        if token is not None and token.text == "bin" and token.kind is Kind.WORD:
            place += max(token.number or 0, 0)
        elif token is not None:
            yield token


def _token(match: re.Match[str]) -> Token | None:
    if match["hex"]:
        return Token(Kind.BYTES, chr(int(match["hex"], 16)), 1)
    if match["word"]:
        return Token(Kind.WORD, match["word"], int(match["number"]) if match["number"] else None)
    if match["symbol"]:
        return Token(Kind.SYMBOL, match["symbol"])
    if match["brace"]:
        return Token(Kind.OPEN if match["brace"] == "{" else Kind.CLOSE)
    return Token(Kind.BYTES, match["text"]) if match["text"] else None
