"""Headings of a PDF: its outline where the text holds it, else large or numbered lines."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.document import Heading
from ingest.loaders.pdf_labels import division_rank, label_rank
from ingest.loaders.pdf_layout import Layout, PlacedLine
from ingest.loaders.pdf_reading import Bookmark

_LARGER = 1.12
_SLIGHTLY_LARGER = 1.04
_BOLD_BODY = 0.3
_LINE_END = ("", "\n")
_LONGEST = 120
_MOST_LINES = 3
_MOST_SHARE = 0.25
_RUNNING_PAGES = 3
_DEEPEST = 6
_NOT_LETTERS = re.compile(r"[\W\d_]")


@dataclass(frozen=True, slots=True)
class _Found:
    """A line like a heading; ``depth`` orders headings: by size, then by the kind of number."""

    start: int
    text: str
    depth: tuple[int, int]


def find_headings(layout: Layout, bookmarks: Sequence[Bookmark]) -> tuple[Heading, ...]:
    """Return the outline's headings when most of them stand in the text, else lines like those."""
    located = _from_outline(layout, bookmarks)
    if located and 2 * len(located) >= len(bookmarks):
        return located
    return _from_lines(layout)


def _from_outline(layout: Layout, bookmarks: Sequence[Bookmark]) -> tuple[Heading, ...]:
    ends = (*layout.page_starts[1:], len(layout.text))
    found: dict[int, Heading] = {}
    for bookmark in bookmarks:
        if bookmark.page >= len(ends):
            continue
        start = _locate(
            bookmark.title, layout.text, layout.page_starts[bookmark.page], ends[bookmark.page]
        )
        if start is not None:
            title = " ".join(bookmark.title.split())
            found.setdefault(start, Heading(start, bookmark.level, title))
    return tuple(found[start] for start in sorted(found))


def _locate(title: str, text: str, start: int, end: int) -> int | None:
    """Return where the title stands between two offsets, at a line's start if it does."""
    letters = [re.escape(character) for character in title if not character.isspace()]
    if not letters or len(letters) > 2 * _LONGEST:
        return None
    pattern = re.compile(r"\s*".join(letters))
    matches = [match.start() for match in pattern.finditer(text, start, end)]
    at_line_start = [place for place in matches if _begins_line(text, place)]
    return next(iter(at_line_start or matches), None)


def _begins_line(text: str, place: int) -> bool:
    """Return whether nothing but a number such as "1.2 " stands before this place in its line."""
    return not text[text.rfind("\n", 0, place) + 1 : place].strip("0123456789. \t§")


def _from_lines(layout: Layout) -> tuple[Heading, ...]:
    """Return large lines, and lines with a number that are a little larger or bold."""
    body = _body_size(layout.lines)
    found = [*_large(layout, body), *_numbered(layout, body)]
    texts = Counter(each.text for each in found)
    kept = [
        each
        for each in sorted(found, key=lambda each: each.start)
        if texts[each.text] < _RUNNING_PAGES and len(each.text) <= _LONGEST
    ]
    if sum(len(each.text) for each in kept) > _MOST_SHARE * len(layout.text):
        return ()
    depths = sorted({each.depth for each in kept})
    return tuple(
        Heading(each.start, min(depths.index(each.depth) + 1, _DEEPEST), each.text) for each in kept
    )


def _large(layout: Layout, body: float) -> Iterator[_Found]:
    for group in _groups(layout.lines, _LARGER * body):
        text = " ".join(layout.text[group[0].start : group[-1].end].split())
        if _has_words(text):
            yield _Found(group[0].start, text, (-round(group[0].size), -1))


def _numbered(layout: Layout, body: float) -> Iterator[_Found]:
    """Yield lines of their own that begin as numbered headings do: 제1장, 1., 가.

    Chapters are headings in any type; other numbers begin items too, unless they stand out.
    """
    length = sum(line.end - line.start for line in layout.lines)
    bold = sum(line.end - line.start for line in layout.lines if line.bold)
    for line in layout.lines:
        text = layout.text[line.start : line.end]
        alone = _is_alone(layout.text, line)
        if line.is_table or line.size >= _LARGER * body or not alone or _letters(text) < 2:
            continue
        rank = division_rank(text)
        stands_out = line.size >= _SLIGHTLY_LARGER * body or (
            line.bold and bold < _BOLD_BODY * length
        )
        if rank is None and stands_out:
            rank = label_rank(text)
        if rank is not None:
            yield _Found(line.start, text, (-round(line.size), rank))


def _is_alone(text: str, line: PlacedLine) -> bool:
    before, after = text[max(0, line.start - 1) : line.start], text[line.end : line.end + 1]
    return before in _LINE_END and after in _LINE_END


def _body_size(lines: Sequence[PlacedLine]) -> float:
    """Return the size in which most of the text is set."""
    characters: Counter[float] = Counter()
    for line in lines:
        characters[round(line.size, 1)] += line.end - line.start
    return characters.most_common(1)[0][0]


def _groups(lines: Sequence[PlacedLine], smallest: float) -> Iterator[list[PlacedLine]]:
    """Yield runs of large lines: a heading may take a few lines of one size on one page."""
    group: list[PlacedLine] = []
    for line in lines:
        goes_on = group and (line.page, round(line.size)) == (group[0].page, round(group[0].size))
        if group and not (goes_on and len(group) < _MOST_LINES):
            yield group
            group = []
        if line.size >= smallest and not line.is_table:
            group.append(line)
    if group:
        yield group


def _has_words(text: str) -> bool:
    letters = _letters(text)
    return letters >= 2 and letters > sum(character.isdigit() for character in text)


def _letters(text: str) -> int:
    return len(_NOT_LETTERS.sub("", text))
