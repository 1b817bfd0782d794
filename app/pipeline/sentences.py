"""Step 6: the sentences of the found sections that could be an answer."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from app.pipeline.widen import Section
from index.sentences import sentence_spans

LONGEST_SENTENCE = 400
"""Longer ones are tables and lists without sentence ends: they are split at line ends."""

LIST_MARKER = re.compile(r"(?:[-*+•·▪◦○●■□※>]|\(?\d{1,3}[.)]|[①-⑳]|\(?[가-하a-z][.)])\s+")
LINE = re.compile(r"[^\n]+")
TABLE_RULE = re.compile(r"\|[-:| ]+\|[ \t]*(?:\n|$)")
"""The line below the head of a Markdown table; the head names columns and answers nothing."""

MARKDOWN_HEADING = re.compile(r"#{1,6}\s")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The document's ``[start:end]``, and which of the sections holds it."""

    section: int
    start: int
    end: int
    text: str


def split(sections: Sequence[Section]) -> list[Sentence]:
    """Return the sentences of all sections in reading order, without headings and mere marks.

    A list marker at the head of a sentence is left out; the rest is verbatim.
    """
    return [
        sentence
        for number, section in enumerate(sections)
        for sentence in _sentences(number, section)
    ]


def _sentences(number: int, section: Section) -> Iterator[Sentence]:
    text, offset = section.passage.parent_text, section.passage.parent_start
    headings = {heading.casefold() for heading in section.passage.heading}
    for piece in _pieces(text):
        if TABLE_RULE.match(text, piece[1]):
            continue
        start, end = _trimmed(text, *piece, headings)
        sentence = text[start:end]
        if _could_answer(sentence):
            yield Sentence(number, offset + start, offset + end, sentence)


def _trimmed(text: str, start: int, end: int, headings: Set[str]) -> tuple[int, int]:
    """Return the span without headings and a list marker before, and blank space around."""
    while (line := LINE.search(text, start, end)) and line[0].strip().casefold() in headings:
        start = line.end()
    piece = text[start:end]
    first = start + len(piece) - len(piece.lstrip())
    marker = LIST_MARKER.match(text, first, end)
    return (marker.end() if marker else first), start + len(piece.rstrip())


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    for start, end in sentence_spans(text):
        if end - start <= LONGEST_SENTENCE:
            yield start, end
        else:
            yield from (line.span() for line in LINE.finditer(text, start, end))


def _could_answer(text: str) -> bool:
    return any(char.isalnum() for char in text) and not MARKDOWN_HEADING.match(text)
