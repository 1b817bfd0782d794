"""Grids that ruled lines make: groups of lines that meet, and the cells between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.loaders.pdf_model import Rule
from ingest.loaders.pdf_rules import Rules

_TOUCH_POINTS = 2.0
_CROSS_POINTS = 8.0
_SAME_POINTS = 3.0
_OPEN_SIDE_POINTS = 15.0
_MOST_LINES = 150
_PASSES = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid, by the numbers of its first row and column and how many it takes."""

    row: int
    column: int
    row_span: int
    column_span: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's lines: the heights ``down``, the places ``across``, and the cells between."""

    across: tuple[float, ...]
    down: tuple[float, ...]
    cells: tuple[Cell, ...]


def grids(rules: Rules) -> Iterator[Grid]:
    """Yield the grids of at least two rows and columns, the smallest first."""
    level, upright = _that_meet(rules.level, rules.upright)
    found = [_grid(*group) for group in _groups(level, upright)]
    yield from sorted(filter(None, found), key=_area)


def _area(grid: Grid) -> float:
    return (grid.across[-1] - grid.across[0]) * (grid.down[-1] - grid.down[0])


def _that_meet(
    level: Sequence[Rule], upright: Sequence[Rule]
) -> tuple[Sequence[Rule], Sequence[Rule]]:
    """Return the lines that take part in a grid: underlines, bars and axes meet too few."""
    for _ in range(_PASSES):
        level = [rule for rule in level if _holds_rows(rule, upright)]
        upright = [rule for rule in upright if sum(_touch(each, rule) for each in level) >= 2]
    return level, upright


def _holds_rows(level: Rule, uprights: Sequence[Rule]) -> bool:
    met = [rule for rule in uprights if _touch(level, rule)]
    if len(met) >= 2:
        return True
    return any(level.start + _CROSS_POINTS < rule.at < level.end - _CROSS_POINTS for rule in met)


def _touch(level: Rule, upright: Rule) -> bool:
    return (
        level.start - _TOUCH_POINTS <= upright.at <= level.end + _TOUCH_POINTS
        and upright.start - _TOUCH_POINTS <= level.at <= upright.end + _TOUCH_POINTS
    )


def _groups(
    level: Sequence[Rule], upright: Sequence[Rule]
) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Yield the lines of each grid: those that are tied together by where they meet."""
    left = list(level)
    right = list(upright)
    while left:
        fresh = [left.pop()]
        rows, columns = list(fresh), list[Rule]()
        while fresh:
            new_columns = [rule for rule in right if any(_touch(row, rule) for row in rows)]
            right = [rule for rule in right if rule not in new_columns]
            columns += new_columns
            fresh = [row for row in left if any(_touch(row, rule) for rule in new_columns)]
            left = [row for row in left if row not in fresh]
            rows += fresh
        yield rows, columns


def _grid(level: list[Rule], upright: list[Rule]) -> Grid | None:
    down = _places(level)
    across = _places(upright)
    first, last = min(rule.start for rule in level), max(rule.end for rule in level)
    if across and first < across[0] - _OPEN_SIDE_POINTS:
        across.insert(0, first)
    if across and last > across[-1] + _OPEN_SIDE_POINTS:
        across.append(last)
    if not 3 <= len(down) <= _MOST_LINES or not 3 <= len(across) <= _MOST_LINES:
        return None
    return Grid(tuple(across), tuple(down), tuple(_cells(across, down, level, upright)))


def _places(rules: Sequence[Rule]) -> list[float]:
    places: list[float] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if not places or rule.at > places[-1] + _SAME_POINTS:
            places.append(rule.at)
    return places


def _cells(
    across: list[float], down: list[float], level: list[Rule], upright: list[Rule]
) -> Iterator[Cell]:
    """Yield the cells: neighbours without a line between them are one cell."""
    taken: set[tuple[int, int]] = set()
    for row in range(len(down) - 1):
        for column in range(len(across) - 1):
            if (row, column) in taken:
                continue
            middle = (down[row] + down[row + 1]) / 2
            right = column + 1
            while right < len(across) - 1 and not _drawn(upright, across[right], middle):
                right += 1
            middle = (across[column] + across[column + 1]) / 2
            below = row + 1
            while below < len(down) - 1 and not _drawn(level, down[below], middle):
                below += 1
            taken |= {(y, x) for y in range(row, below) for x in range(column, right)}
            yield Cell(row, column, below - row, right - column)


def _drawn(rules: Sequence[Rule], at: float, middle: float) -> bool:
    return any(
        abs(rule.at - at) <= _SAME_POINTS and rule.start <= middle <= rule.end for rule in rules
    )
