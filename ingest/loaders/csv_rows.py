"""The rows of a text of separated values: its separator is found out, quotes are respected."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice

from ingest.loaders.sheet_grid import CellBudget

_SEPARATORS = ",\t;|"
_SAMPLE_ROWS = 50
_SAMPLE_CHARACTERS = 65_536
_DECLARED = re.compile(r"\s*\"?sep=([^\n])\"?\n", re.IGNORECASE)


def csv_rows(text: str, name: str) -> list[list[str]]:
    """Return the rows that hold something, cells without white space around them.

    Where a quote is never closed, all quotes are signs like others. Raises FileTooLargeError.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    declared = _DECLARED.match(text)
    if declared:
        text = text[declared.end() :]
    separator = declared[1] if declared else separator_of(text)
    try:
        rows = _filled(_rows(text, separator), CellBudget(name))
    except csv.Error:
        rows = []
    if rows and ("\n" not in rows[-1][-1] or text.rstrip().endswith('"')):
        return rows
    return _filled((line.split(separator) for line in text.split("\n")), CellBudget(name))


def separator_of(text: str) -> str:
    """Return the sign that parts most lines of a sample into equally many cells; else a comma."""
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > _SAMPLE_CHARACTERS:
        sample = sample[: sample.rfind("\n") + 1] or sample
    scores = {sign: _evenness(sample, sign) for sign in _SEPARATORS}
    return max(scores, key=lambda sign: scores[sign])


def _evenness(sample: str, separator: str) -> tuple[float, int]:
    """Return the share of rows that have the usual width, 0 when that is one cell; the width."""
    rows = islice(_rows(sample, separator), _SAMPLE_ROWS)
    widths = Counter(len(row) for row in rows if row)
    width, count = max(widths.items(), key=lambda found: (found[1], found[0]), default=(1, 0))
    return (count / widths.total(), width) if width > 1 else (0.0, width)


def _filled(rows: Iterable[list[str]], budget: CellBudget) -> list[list[str]]:
    kept = []
    for row in rows:
        cells = [cell.strip() for cell in row]
        for cell in filter(None, cells):
            budget.spend(cell)
        if any(cells):
            kept.append(cells)
    return kept


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline="\n"), delimiter=separator)
