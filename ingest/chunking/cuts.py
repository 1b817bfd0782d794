"""Where a section may be cut, and where it is: boundaries chosen by their content.

Cutting every n tokens would move all later boundaries when one paragraph grows. So a boundary is,
among the best-ranked places within a window of sizes, the one whose neighbouring text has the
smallest hash: after an edit the same places win again, and the boundaries fall into step.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple
from zlib import crc32

from index.sentences import sentence_spans
from ingest.chunking.tokens import TokenEstimate

_NEIGHBOURHOOD = 32
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*\Z")
_SEPARATORS = (re.compile(r"\n\s*"), re.compile(r"[,;:、，；]\s*"), re.compile(r"\s+"))


class Rank(IntEnum):
    """How good a place for a cut is, the best first."""

    PARAGRAPH = 0
    SENTENCE = 1
    ROW = 2
    WITHIN_SENTENCE = 3
    TABLE_HEAD = 4


class Cut(NamedTuple):
    """A place before the character ``end`` where a piece may stop."""

    end: int
    rank: Rank


class Window(NamedTuple):
    """The sizes that a piece should have, in tokens; a rest of up to ``whole`` is not cut."""

    least: float
    most: float
    whole: float


def possible_cuts(
    text: str, start: int, end: int, tokens: TokenEstimate, child_tokens: float
) -> list[Cut]:
    """Return all places to cut ``[start:end]``, ascending, the last one being ``end``.

    A sentence over twice ``child_tokens`` may be cut inside, into pieces of ``child_tokens``.
    """
    cuts = []
    rows = 0
    for first, last in sentence_spans(text[start:end]):
        low, high = start + first, start + last
        rows = rows + 1 if text.startswith("|", low) else 0
        if tokens.between(low, high) > 2 * child_tokens:
            inner = _pieces(text, low, high, tokens, child_tokens)
            cuts += [Cut(place, Rank.WITHIN_SENTENCE) for place in inner[:-1]]
        cuts.append(Cut(high, _rank(text, low, high, rows)))
    return cuts


def _rank(text: str, start: int, end: int, rows: int) -> Rank:
    if rows and text.startswith("|", end):
        return Rank.TABLE_HEAD if rows == 1 or _is_rule(text[start:end]) else Rank.ROW
    paragraph = rows or _BLANK_LINE.search(text, max(start, end - _NEIGHBOURHOOD), end)
    return Rank.PARAGRAPH if paragraph else Rank.SENTENCE


def _is_rule(row: str) -> bool:
    """Return whether a table row is the line that separates the header from the body."""
    return "-" in row and not row.strip("|:- \t\n")


def _pieces(text: str, start: int, end: int, tokens: TokenEstimate, limit: float) -> list[int]:
    """Return the ends of parts of at most ``limit`` tokens, cut at the coarsest separators."""
    ends = [end]
    for separator in _SEPARATORS:
        finer: list[int] = []
        for part_start, part_end in _between(start, ends):
            if tokens.between(part_start, part_end) > limit:
                finer += _separated(text, part_start, part_end, separator)
            finer.append(part_end)
        ends = finer
    return [
        piece
        for part_start, part_end in _between(start, ends)
        for piece in tokens.slices(part_start, part_end, limit)
    ]


def _separated(text: str, start: int, end: int, separator: re.Pattern[str]) -> list[int]:
    inked = start + len(text[start:end]) - len(text[start:end].lstrip())
    found = (match.end() for match in separator.finditer(text, inked, end))
    return [place for place in found if place < end]


def _between(start: int, ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    return zip([start, *ends[:-1]], ends, strict=True)


def chosen_cuts(
    text: str, start: int, cuts: Sequence[Cut], tokens: TokenEstimate, window: Window
) -> list[Cut]:
    """Return the cuts that make pieces within the window, as far as the places allow it."""
    sizes = tokens.upto([cut.end for cut in cuts])
    size = tokens.upto([start])[0]
    chosen: list[Cut] = []
    first = 0
    while sizes[-1] - size > window.whole:
        first = _next_cut(text, cuts, sizes, (first, size), window)
        chosen.append(cuts[first])
        size = sizes[first]
        first += 1
    if first < len(cuts):
        chosen.append(cuts[-1])
    return chosen


def _next_cut(
    text: str, cuts: Sequence[Cut], sizes: Sequence[float], at: tuple[int, float], window: Window
) -> int:
    first, size = at
    most = bisect_right(sizes, size + window.most, first)
    least = bisect_left(sizes, size + window.least, first)
    leaving_enough = bisect_right(sizes, sizes[-1] - window.least, first)
    for low, high in ((least, min(most, leaving_enough)), (least, most)):
        if low < high:
            return _best(text, cuts, range(low, high))
    return max(most - 1, first)


def _best(text: str, cuts: Sequence[Cut], among: range) -> int:
    rank = min(cuts[place].rank for place in among)
    best = [place for place in among if cuts[place].rank == rank]
    return min(best, key=lambda place: (_hash_around(text, cuts[place].end), -place))


def _hash_around(text: str, place: int) -> int:
    before = text[max(0, place - 2 * _NEIGHBOURHOOD) : place].rstrip()[-_NEIGHBOURHOOD:]
    after = text[place : place + _NEIGHBOURHOOD]
    return crc32(f"{before}\n{after}".encode("utf-8", "surrogatepass"))
