"""Where two texts say the same, in whatever order they say it."""

from collections import deque
from dataclasses import dataclass

SHORTEST = 5
"""Letters; where one text is shorter, its length. Fewer are too often the same by chance.

Even so two halves of an English page share half of their letters, and of a Korean page a quarter.
"""

_LENGTHS = (256, 64, 32, 16, 8, SHORTEST)


@dataclass(frozen=True, slots=True)
class Tile:
    """The same ``length`` letters at ``first`` in one text and at ``second`` in the other."""

    first: int
    second: int
    length: int


def tile(first: str, second: str) -> list[Tile]:
    """Return pieces that stand in both texts; no letter of either text is in two of them.

    Greedy string tiling (Wise, "String similarity via greedy string tiling and running Karp-Rabin
    matching", 1993): long pieces are taken before short ones, so that a text whose parts are in
    another order is found as a whole, and a repeated part is found as often as both have it. As
    there, lengths fall step by step; a piece of each step grows to the right as far as it can.
    Takes time in proportion to the length of the texts.
    """
    tiling = _Tiling(first, second)
    shortest = min(SHORTEST, len(first), len(second))
    for length in [*(length for length in _LENGTHS if length > shortest), shortest]:
        if length:
            tiling.cover(length)
    return tiling.tiles


class _Tiling:
    """Which letters are taken already."""

    def __init__(self, first: str, second: str) -> None:
        self._first, self._second = first, second
        self._first_taken, self._second_taken = bytearray(len(first)), bytearray(len(second))
        self.tiles: list[Tile] = []

    def cover(self, length: int) -> None:
        """Take all pieces of at least this length."""
        places = self._places(length)
        start = 0
        while start + length <= len(self._first):
            place = None
            if self._first_taken.find(1, start, start + length) < 0:
                place = self._free(places.get(self._first[start : start + length]), length)
            start += 1 if place is None else self._take(start, place, length)

    def _places(self, length: int) -> dict[str, deque[int]]:
        """Return where each piece of the second text begins, first places first."""
        places: dict[str, deque[int]] = {}
        for start in range(len(self._second) - length + 1):
            if self._second_taken.find(1, start, start + length) < 0:
                places.setdefault(self._second[start : start + length], deque()).append(start)
        return places

    def _free(self, places: deque[int] | None, length: int) -> int | None:
        """Return the first of these places that is still free, and forget those that are not."""
        while places:
            if self._second_taken.find(1, places[0], places[0] + length) < 0:
                return places[0]
            places.popleft()
        return None

    def _take(self, first: int, second: int, length: int) -> int:
        """Take the piece, which may be longer than this; return how long it is."""
        while self._goes_on(first + length, second + length):
            length += 1
        self._first_taken[first : first + length] = b"\1" * length
        self._second_taken[second : second + length] = b"\1" * length
        self.tiles.append(Tile(first, second, length))
        return length

    def _goes_on(self, first: int, second: int) -> bool:
        if first >= len(self._first) or second >= len(self._second):
            return False
        free = not (self._first_taken[first] or self._second_taken[second])
        return free and self._first[first] == self._second[second]
