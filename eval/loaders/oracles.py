"""What another program says stands in a file, where one does.

Some formats hold it themselves: Hangul writes the beginning of the text as a preview into its
files. For others the collections of real files have it beside them, in their own layouts.
"""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from eval.loaders.letters import letters

_MOST_CHARACTERS = 5_000_000

_MADE_UP = re.compile(
    r"<!--.*?-->|^(?:(?:stacked )?bar|line|pie|flow|scatter|other) chart$",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
"""Docling writes placeholders, and what kind a chart is: neither stands in the file."""


@dataclass(frozen=True, slots=True)
class Oracle:
    """The text of a file as another program has it; ``name`` says which.

    ``is_beginning`` is set where it may end before the file does.
    """

    name: str
    text: str
    is_beginning: bool = False


def oracle_of(path: Path) -> Oracle | None:
    """Return what is known to stand in this file; None where nothing is, or no letter of it."""
    for find in _FINDERS.get(path.suffix.lower(), _BESIDE):
        found = find(path)
        if found is not None and letters(found.text):
            return found
    return None


def _docling(path: Path) -> Oracle | None:
    """Return Docling's conversion: ``sources/NAME`` has it in ``groundtruth/NAME.md``.

    The ``.itxt`` files there are no oracles, for they shorten what is long.
    """
    if path.parent.name != "sources":
        return None
    text = _text(path.parents[1] / "groundtruth" / f"{path.name}.md")
    return None if text is None else Oracle("Docling", _MADE_UP.sub("", text))


def _markitdown(path: Path) -> Oracle | None:
    """Return MarkItDown's conversion of a PDF: ``expected_outputs/STEM.md``."""
    text = _text(path.parent / "expected_outputs" / f"{path.stem}.md")
    return None if text is None else Oracle("MarkItDown", text)


def _layout(path: Path) -> Oracle | None:
    """Return the plain text of a PDF that pypdf expects: ``STEM.layout.txt`` beside it."""
    text = _text(path.with_suffix(".layout.txt"))
    return None if text is None else Oracle("pypdf", text)


def _plain_text(path: Path) -> Oracle | None:
    """Return the text of the same name beside a file: ``STEM.txt``."""
    text = _text(path.with_suffix(".txt"))
    return None if text is None else Oracle("plain text", text)


def _hwp_preview(path: Path) -> Oracle | None:
    import olefile

    try:
        with olefile.OleFileIO(path) as compound:
            if not compound.exists("PrvText"):
                return None
            content = compound.openstream("PrvText").read(_MOST_CHARACTERS)
    except (OSError, ValueError):
        return None
    return Oracle("preview", content.decode("utf-16-le", "ignore"), is_beginning=True)


def _hwpx_preview(path: Path) -> Oracle | None:
    try:
        with zipfile.ZipFile(path) as archive, archive.open("Preview/PrvText.txt") as opened:
            content = opened.read(_MOST_CHARACTERS)
    except (OSError, KeyError, RuntimeError, ValueError, zipfile.BadZipFile):
        return None
    return Oracle("preview", content.decode("utf-8", "ignore"), is_beginning=True)


def _text(path: Path) -> str | None:
    """Return the text of a file; None where there is none."""
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", errors="replace") as opened:
        return opened.read(_MOST_CHARACTERS)


_Finder = Callable[[Path], Oracle | None]

_BESIDE: tuple[_Finder, ...] = (_docling,)
_FINDERS = MappingProxyType[str, tuple[_Finder, ...]](
    {
        ".pdf": (_docling, _markitdown, _layout, _plain_text),
        ".epub": (_plain_text,),
        ".rtf": (_plain_text,),
        ".hwp": (_hwp_preview,),
        ".hwpx": (_hwpx_preview,),
    }
)
