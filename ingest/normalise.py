"""Text in the one form that the index stores: NFC, line feeds, nothing invisible.

Invisible characters are removed because nobody sees what they say: zero-width and tag characters
split words for the search and can carry hidden instructions to a language model.
"""

import re
import unicodedata
from collections.abc import Iterable

REVISION = 1
"""Raise it when the same text comes out differently, so that files are read again."""

# Controls, category Cf without its few visible signs, variation selectors, lone surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f\x80-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufe00-\ufe0f\ufeff"
    "\ufff0-\ufffc\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0]")


def normalise(text: str) -> str:
    """Return the text in NFC, with plain spaces and line feeds, without invisible characters."""
    visible = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFC", _SPACES.sub(" ", _LINE_ENDS.sub("\n", visible)))


def normalise_line(text: str) -> str:
    """Return the normalised text on one line: runs of white space are one space, none outside."""
    return " ".join(normalise(text).split())


def has_invisible(text: str) -> bool:
    """Return whether the text holds a character that normalising removes."""
    return _INVISIBLE.search(text) is not None


def normalise_with_offsets(text: str, offsets: Iterable[int]) -> tuple[str, dict[int, int]]:
    """Return the normalised text, and for each offset the one that it becomes.

    An offset at something that disappears or joins what stands before it (an invisible character,
    a combining mark, a line feed) becomes that of the next character which stands for itself.
    """
    targets = {offset: _next_independent(text, offset) for offset in offsets}
    pieces: list[str] = []
    moved = {0: 0}
    start = length = 0
    for cut in sorted(set(targets.values()) | {len(text)}):
        piece = normalise(text[start:cut])
        pieces.append(piece)
        length += len(piece)
        start = cut
        moved[cut] = length
    return "".join(pieces), {offset: moved[target] for offset, target in targets.items()}


def _next_independent(text: str, offset: int) -> int:
    while offset < len(text) and not _is_independent(text[offset]):
        offset += 1
    return offset


def _is_independent(character: str) -> bool:
    """Return whether the text may be cut before this character and normalised in two pieces."""
    joins_before = unicodedata.category(character).startswith("M") or character == "\n"
    is_trailing_jamo = "\u1160" <= character <= "\u11ff"
    return not joins_before and not is_trailing_jamo and not _INVISIBLE.match(character)
