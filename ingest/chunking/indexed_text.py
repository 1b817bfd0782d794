"""What is embedded and analysed for a child: title and headings, then its text."""

import re
from bisect import bisect_left
from collections.abc import Sequence

_LONGEST_LINE = 160
_LONGEST_HEADER = 200
_TABLE = re.compile(r"^(?P<header>\|[^\n]*\n)(?:\|[^\n]*(?:\n|\Z))+", re.MULTILINE)


def indexed_text(title: str, heading: Sequence[str], text: str) -> str:
    """Return title, heading path and text, each on its own line, without repeating the title."""
    body = text.strip()
    path = " > ".join(part for part in heading if part)
    head = _clipped(title.strip())
    if path.startswith(head) or body.lstrip("# ").startswith(head):
        head = ""
    return "\n".join(part for part in (head, _clipped(path), body) if part)


def _clipped(line: str) -> str:
    return " ".join(line.split())[:_LONGEST_LINE].rstrip()


class TableHeaders:
    """The header rows of the tables of one text."""

    def __init__(self, text: str) -> None:
        tables = list(_TABLE.finditer(text)) if "|" in text else []
        self._starts = [table.start() for table in tables]
        self._ends = [table.end() for table in tables]
        self._headers = [table["header"] for table in tables]

    def above(self, place: int) -> str:
        """Return the header of the table that has a later row at ``place``, or nothing.

        A header too long to repeat is left out.
        """
        table = bisect_left(self._starts, place) - 1
        if table < 0 or place >= self._ends[table] or len(self._headers[table]) > _LONGEST_HEADER:
            return ""
        return self._headers[table]
