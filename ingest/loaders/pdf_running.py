"""Lines that run through a file at the edge of its pages: headers, footers, page numbers."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.loaders.pdf_model import Line

_EDGE = 0.12
_FEWEST_PAGES = 3
_SAME_PLACE = 100
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—~|\[\]()<>· ]*(?:page|p\.|쪽|페이지)?\s*[-–—]?\s*(\d{1,4})\s*[-–—]?"
    r"\s*(?:(?:/|of)\s*\d{1,4})?\s*(?:쪽|페이지|page)?[-–—~|\[\]()<>· ]*",
    re.IGNORECASE,
)

Page = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """The line at this position of a page, both counted from 0."""

    page: int
    position: int


def without_running_lines(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Return the pages without page numbers, and with a header or footer where it first stands.

    A line runs when it stands at the same height at the edge of at least three pages, and of
    half of those between the first and the last of them.
    """
    dropped = {*_repeated(pages), *_page_numbers(pages)}
    return tuple(
        tuple(line for position, line in enumerate(page) if _Place(number, position) not in dropped)
        for number, page in enumerate(pages)
    )


def _repeated(pages: Sequence[Page]) -> Iterator[_Place]:
    groups: defaultdict[tuple[str, int], list[_Place]] = defaultdict(list)
    for place, line in _at_edges(pages):
        groups[" ".join(line.text.split()), _height(line)].append(place)
    for places in groups.values():
        if _run(places):
            yield from places[1:]


def _page_numbers(pages: Sequence[Page]) -> Iterator[_Place]:
    """Yield the lines that number the pages: their number goes up by one from page to page."""
    groups: defaultdict[tuple[str, int, int], list[_Place]] = defaultdict(list)
    for place, line in _at_edges(pages):
        match = _PAGE_NUMBER.fullmatch(line.text.strip())
        if match:
            form = _NUMBER.sub("0", line.text.strip())
            groups[form, _height(line), int(match[1]) - place.page].append(place)
    for places in groups.values():
        if _run(places):
            yield from places


def _at_edges(pages: Sequence[Page]) -> Iterator[tuple[_Place, Line]]:
    for number, page in enumerate(pages):
        for position, line in enumerate(page):
            if not _EDGE < line.height < 1 - _EDGE:
                yield _Place(number, position), line


def _height(line: Line) -> int:
    return round(line.height * _SAME_PLACE)


def _run(places: Sequence[_Place]) -> bool:
    pages = {place.page for place in places}
    return len(pages) >= _FEWEST_PAGES and 2 * len(pages) > max(pages) - min(pages)
