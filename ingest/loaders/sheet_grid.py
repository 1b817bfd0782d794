"""Cells of a spreadsheet where they stand: what every format of sheets is read into."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.errors import FileTooLargeError

_MOST_CELLS = 500_000
_MOST_CHARACTERS = 20_000_000
_LARGEST_AREA = 20_000_000


class CellBudget:
    """Counts the cells of one file and stops the reading of what nobody could search."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._cells = 0
        self._characters = 0

    def spend(self, text: str) -> None:
        """Count a cell; raise FileTooLargeError over half a million, or 20 million characters."""
        self._cells += 1
        self._characters += len(text)
        if self._cells > _MOST_CELLS or self._characters > _MOST_CHARACTERS:
            raise FileTooLargeError(
                f"{self._name} has more than {_MOST_CELLS:,} filled cells or"
                f" {_MOST_CHARACTERS:,} characters: split it, or keep it in a database."
            )

    def check_area(self, rows: int, columns: int) -> None:
        """Raise FileTooLargeError for a table whose few cells are spread over 20 million places."""
        if rows * columns > _LARGEST_AREA:
            raise FileTooLargeError(
                f"{self._name} has a table of {rows:,} rows and {columns:,} columns, mostly empty:"
                " remove the cells that stand far from the others, or split it."
            )


@dataclass(frozen=True, slots=True)
class Span:
    """Merged cells, from the first to the last row and column; both ends belong to it."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The visible cells of one sheet by row and column, as texts that a person sees.

    A row that is hidden is there without cells, so that it is not taken for a blank line.
    ``extras`` are blocks that stand below the cells: boxes and charts.
    """

    name: str
    budget: CellBudget
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    extras: list[str] = field(default_factory=list)

    def put(self, row: int, column: int, text: str) -> None:
        """Write a cell; a blank text leaves it empty."""
        if text.strip():
            self.budget.spend(text)
            self.rows.setdefault(row, {})[column] = text

    def hide(self, row: int) -> None:
        """Note a row that is hidden, or whose cells are."""
        self.rows.setdefault(row, {})

    def regions(self) -> Iterator[list[int]]:
        """Yield the numbers of the rows that stand together, without a blank line between them."""
        region: list[int] = []
        last = None
        for row in sorted(self.rows):
            if last is not None and row > last + 1 and region:
                yield region
                region = []
            if self.rows[row]:
                region.append(row)
            last = row
        if region:
            yield region
