"""Tables of a sheet become blocks of text that can be read alone: each has the header.

A long table is written as many short ones under one heading, as a printed sheet repeats its head
on every page, since a heading begins a new parent. Where one ends is chosen by the content of the
rows, so that a new row moves few of the borders.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from zlib import crc32

from ingest.chunking.tokens import TokenEstimate
from ingest.loaders.blocks import BlockBuilder, markdown_table, repeated_label
from ingest.loaders.sheet_grid import Sheet
from ingest.loaders.sheet_tables import SheetTable, tables_of

_LEAST_TOKENS, _MOST_TOKENS = 300, 600
_LONGEST_HEADER = 190
_LONGEST_HEADING = 100


def add_sheet(blocks: BlockBuilder, sheet: Sheet) -> None:
    """Append a sheet under its name: tables, lines of text, and what the sheet has besides."""
    tables = tables_of(sheet)
    if not tables and not any(extra.strip() for extra in sheet.extras):
        return
    blocks.add_heading(sheet.name, 1)
    for table in tables:
        _add_captioned(blocks, table, sheet.name)
    for extra in sheet.extras:
        blocks.add(extra)


def add_table(blocks: BlockBuilder, table: SheetTable, name: str, level: int = 1) -> None:
    """Append a table, each block after the first under the heading ``name``.

    Rows of a long table whose header is too wide to repeat name each value themselves.
    """
    borders = list(_borders([" | ".join(row) for row in table.rows])) or [(0, 0)]
    if len(borders) > 1 and len(" | ".join(table.header)) > _LONGEST_HEADER:
        _add_records(blocks, table, name, level)
        return
    header = [table.header] if table.header else []
    for start, end in borders:
        if start:
            blocks.add_heading(name, level)
        blocks.add(markdown_table([*header, *table.rows[start:end]]))


def _add_records(blocks: BlockBuilder, table: SheetTable, name: str, level: int) -> None:
    labels = [repeated_label(_line(label)) for label in table.header]
    lines = [_record(labels, row) for row in table.rows]
    for start, end in _borders(lines):
        if start:
            blocks.add_heading(name, level)
        for line in lines[start:end]:
            blocks.add(line, item=True)


def _add_captioned(blocks: BlockBuilder, table: SheetTable, sheet_name: str) -> None:
    """Append a table under its captions: short ones are its heading, in every block of it."""
    caption = " ".join(table.captions)
    if table.columns and caption and len(caption) <= _LONGEST_HEADING:
        blocks.add_heading(caption, 2)
        add_table(blocks, table, caption, 2)
        return
    if table.captions:
        blocks.add("\n".join(table.captions))
    add_table(blocks, table, sheet_name)


def _record(labels: Sequence[str], row: Sequence[str]) -> str:
    """Return a row of a wide table as a line that names each value, as no header could."""
    pairs = (
        f"{label}: {value}" if label else value
        for label, value in zip_longest(labels[: len(row)], map(_line, row), fillvalue="")
        if value
    )
    return f"- {'; '.join(pairs)}"


def _line(cell: str) -> str:
    return " ".join(cell.split())


def _borders(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the blocks as rows ``[first:last]``, of 300 to 600 tokens where the rows allow it."""
    sizes = _sizes(lines)
    start = 0
    while start < len(lines):
        end = _end(lines, sizes, start)
        yield start, end
        start = end


def _end(lines: Sequence[str], sizes: Sequence[float], start: int) -> int:
    size = 0.0
    chosen: list[tuple[int, int]] = []
    for row in range(start, len(lines)):
        size += sizes[row]
        if size > _MOST_TOKENS:
            return min(chosen)[1] if chosen else max(row, start + 1)
        if size >= _LEAST_TOKENS:
            chosen.append((crc32(lines[row].encode("utf-8", "surrogatepass")), row + 1))
    return len(lines)


def _sizes(lines: Sequence[str]) -> list[float]:
    tokens = TokenEstimate("\n".join(lines))
    ends = [0]
    for line in lines:
        ends.append(ends[-1] + len(line) + 1)
    ends[-1] = max(ends[-1] - 1, 0)
    sums = tokens.upto(ends)
    return [after - before for before, after in pairwise(sums)]
