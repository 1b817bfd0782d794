"""Headings of a PDF: its outline where the text holds it, else lines in larger type."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.document import Heading
from ingest.loaders.pdf_layout import Layout, PlacedLine
from ingest.loaders.pdf_reading import Bookmark

_LARGER = 1.12
_LONGEST = 120
_MOST_LINES = 3
_MOST_SHARE = 0.25
_RUNNING_PAGES = 3
_DEEPEST = 6
_NOT_LETTERS = re.compile(r"[\W\d_]")


def find_headings(layout: Layout, bookmarks: Sequence[Bookmark]) -> tuple[Heading, ...]:
    """Return the outline's headings when most of them stand in the text, else the large lines."""
    located = _from_outline(layout, bookmarks)
    if located and 2 * len(located) >= len(bookmarks):
        return located
    return _from_sizes(layout)


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


def _from_sizes(layout: Layout) -> tuple[Heading, ...]:
    body = _body_size(layout.lines)
    groups = list(_groups(layout.lines, _LARGER * body))
    texts = [" ".join(layout.text[group[0].start : group[-1].end].split()) for group in groups]
    running = {text for text, count in Counter(texts).items() if count >= _RUNNING_PAGES}
    kept = [
        (group[0], text)
        for group, text in zip(groups, texts, strict=True)
        if text not in running and len(text) <= _LONGEST and _has_words(text)
    ]
    if sum(len(text) for _, text in kept) > _MOST_SHARE * len(layout.text):
        return ()
    sizes = sorted({round(line.size) for line, _ in kept}, reverse=True)
    return tuple(
        Heading(line.start, min(sizes.index(round(line.size)) + 1, _DEEPEST), text)
        for line, text in kept
    )


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
    letters = len(_NOT_LETTERS.sub("", text))
    return letters >= 2 and letters > sum(character.isdigit() for character in text)
