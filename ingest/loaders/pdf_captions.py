"""Captions of tables: lines such as «표 3. 매출» and “Table 3 Sales”."""

import re
from collections.abc import Sequence

from ingest.loaders.pdf_model import Line

_CAPTION = re.compile(
    r"\s*[\[<〈《【(（＜]?\s*(?:표|table|tab\.)\s*(?:[A-Z가-힣]\W?)?\d+(?:[-.–]\d+)*\s*"
    r"(?:[\])>〉》】）＞.:|]|\s|$)",
    re.IGNORECASE,
)
_MOST_LINES = 3


def is_caption(text: str) -> bool:
    """Return whether a line begins as the caption of a table does."""
    return bool(_CAPTION.match(text))


def border(lines: Sequence[Line], position: int) -> str | None:
    """Return what stands before a line because of a table: captions stay with their table.

    None where no table is near.
    """
    if lines[position].rows:
        before = lines[max(0, position - _MOST_LINES) : position]
        return "\n" if _has_open_caption(before) else "\n\n"
    following = lines[position + 1 : position + 1 + _MOST_LINES]
    if is_caption(lines[position].text) and any(line.rows for line in following):
        return "\n\n"
    return "\n\n" if position and lines[position - 1].rows else None


def _has_open_caption(lines: Sequence[Line]) -> bool:
    """Return whether one of these lines begins a caption, and no table came since."""
    for line in reversed(lines):
        if line.rows:
            return False
        if is_caption(line.text):
            return True
    return False
