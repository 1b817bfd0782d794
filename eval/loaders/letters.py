"""The letters of a text: what two programs that read the same file must agree on."""

import html
import re

from ingest.normalise import normalise

_RULES = re.compile(r"^[ \t]*(?:\|[|: \t-]+|=+|(?:```|~~~)[^`\n]*)$", re.MULTILINE)
"""Rules below the head of a table, lines below a heading, fences of code with its language."""

_NUMBER = re.compile(r"^[ \t]*(?:>[ \t]*)*(?:[-*+][ \t]+)?\d{1,3}[.)][ \t]+", re.MULTILINE)
"""The number before an item of a list, which Markdown gives a meaning."""

_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_BETWEEN_CELLS = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_MARKS = re.compile(r"[\s#*_`\\|~<>\[\]-]+|\$\$")


def letters(text: str) -> str:
    """Return the text in NFC without white space, marks of Markdown and invisible characters.

    A cell that says what the one to its left says counts once: some programs repeat a merged cell
    in each of its columns, and others do not. Of a link only its words count.
    """
    kept = _NUMBER.sub("", _RULES.sub("", normalise(text)))
    kept = _LINK.sub(r"\1", _ROW.sub(lambda row: _merged(row.group()), kept))
    return _MARKS.sub("", html.unescape(kept))


def _merged(row: str) -> str:
    cells = [cell.strip() for cell in _BETWEEN_CELLS.split(row)]
    return " ".join(
        cell for cell, left in zip(cells, ["", *cells], strict=False) if cell and cell != left
    )
