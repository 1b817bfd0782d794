"""The sections of a document: where each begins, and the headings that it stands under."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from ingest.chunking.tokens import TokenEstimate
from ingest.document import Heading, LoadedDocument

_MARKS_BEFORE_HEADING = "# \t"
_LONGEST_MARKS = 1_000


@dataclass(frozen=True, slots=True)
class Section:
    """``[start:end]`` of the text; ``heading`` is its path, the own heading last."""

    start: int
    end: int
    heading: tuple[str, ...]
    bare: bool = False
    """There is nothing under the heading."""


def sections_of(
    document: LoadedDocument, tokens: TokenEstimate, small_tokens: float
) -> list[Section]:
    """Return sections that tile the text, none a bare heading where there is more.

    A section smaller than ``small_tokens`` goes with the next one when that is its child or
    sibling, else with the one before.
    """
    merged: list[Section] = []
    for section in _raw_sections(document):
        if merged and _belongs_with_next(merged[-1], section, tokens, small_tokens):
            section = _joined(merged.pop(), section, tokens)  # noqa: PLW2901 - it has grown
        merged.append(section)
    return _without_small_ends(merged, tokens, small_tokens)


def _raw_sections(document: LoadedDocument) -> list[Section]:
    text = document.text
    starts: list[tuple[int, tuple[str, ...], str]] = [(0, (), "")]
    path: list[Heading] = []
    for heading in sorted(document.headings, key=lambda heading: heading.start):
        path = [outer for outer in path if outer.level < heading.level] + [heading]
        start = _line_start(text, min(max(heading.start, 0), len(text)))
        starts.append((start, tuple(part.text.strip() for part in path), heading.text))
    ends = [start for start, _, _ in starts[1:]] + [len(text)]
    return [
        Section(start, end, heading, bare=_is_bare(text[start:end], own))
        for (start, heading, own), end in zip(starts, ends, strict=True)
        if start < end
    ]


def _line_start(text: str, start: int) -> int:
    """Return the start of the line when only heading marks stand between."""
    first = max(0, start - _LONGEST_MARKS)
    line = text.rfind("\n", first, start) + 1
    too_long = line == 0 and first > 0
    return start if too_long or text[line:start].strip(_MARKS_BEFORE_HEADING) else line


def _is_bare(text: str, heading: str) -> bool:
    return len(text.strip().strip("#=-* \t\n")) <= len(heading.strip())


def _belongs_with_next(
    section: Section, following: Section, tokens: TokenEstimate, small_tokens: float
) -> bool:
    outer = section.heading[:-1]
    related = following.heading[: len(outer)] == outer
    blank = tokens.between(section.start, section.end) == 0
    return blank or (related and _is_small(section, tokens, small_tokens))


def _is_small(section: Section, tokens: TokenEstimate, small_tokens: float) -> bool:
    return section.bare or tokens.between(section.start, section.end) < small_tokens


def _joined(first: Section, second: Section, tokens: TokenEstimate) -> Section:
    """Return both as one, under the path of the one that holds most of the text."""
    sizes = [tokens.between(section.start, section.end) for section in (first, second)]
    if first.bare or sizes[1] > 2 * sizes[0]:
        heading = second.heading
    elif second.bare or sizes[0] > 2 * sizes[1]:
        heading = first.heading
    else:
        pairs = zip(first.heading, second.heading, strict=False)
        heading = tuple(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return Section(first.start, second.end, heading, bare=first.bare and second.bare)


def _without_small_ends(
    sections: Sequence[Section], tokens: TokenEstimate, small_tokens: float
) -> list[Section]:
    kept: list[Section] = []
    for section in sections:
        if kept and _is_small(section, tokens, small_tokens):
            kept[-1] = _joined(kept[-1], section, tokens)
        else:
            kept.append(section)
    return kept
