"""What a handed-over file is called: names come from strangers and are shown to everybody."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import count
from pathlib import PurePosixPath

from index.errors import FileNameError

MOST_NAME_BYTES = 200

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_MOST_SUFFIX_BYTES = 20


def cleaned_name(name: str) -> str:
    """Return the name without folders, invisible characters and leading dots, composed (NFC).

    It has at most 200 bytes in UTF-8, of which its suffix is kept. Raises FileNameError when
    nothing is left of it.
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", last)
        if character.isspace() or unicodedata.category(character) not in _INVISIBLE
    )
    cleaned = " ".join(seen.split()).lstrip(". ").rstrip(". ")
    if not cleaned:
        raise FileNameError(
            "The file has no name that can be shown. Give it one with letters or digits."
        )
    return _shortened(cleaned, MOST_NAME_BYTES)


def numbered_names(name: str) -> Iterator[str]:
    """Yield the name, then with (2), (3) and so on before its suffix, each within the bound."""
    yield name
    for number in count(2):
        yield _shortened(name, MOST_NAME_BYTES, f" ({number})")


def _shortened(name: str, most_bytes: int, ending: str = "") -> str:
    """Return the name with an ending before its suffix, cut before that where it is too long."""
    suffix = PurePosixPath(name).suffix
    if len(suffix.encode()) > _MOST_SUFFIX_BYTES:
        suffix = ""
    stem = name.removesuffix(suffix)
    room = most_bytes - len((ending + suffix).encode())
    kept = stem.encode()[:room].decode(errors="ignore")
    return unicodedata.normalize("NFC", kept.rstrip()) + ending + suffix
