"""Step 10: every statement is tied to words that stand in a document, and checked against them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answerers.base import Statement
from app.pipeline.widen import Section
from index.models import DocumentRecord, Passage

NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote that is the document's ``[start:end]``, and how far it carries its statement.

    ``support`` is 1 for a statement that the quote holds word for word and 0 for one with a
    number or date that the quote lacks; ``score`` is the retrieval score of the section.
    """

    number: int
    document: DocumentRecord
    page: int | None
    heading: tuple[str, ...]
    start: int
    end: int
    quote: str
    score: float
    support: float


def cite(statements: Sequence[Statement], sections: Sequence[Section]) -> list[Citation]:
    """Return one citation a statement, numbered from 1 in their order."""
    return [
        _citation(number, sections[statement.section], statement)
        for number, statement in enumerate(statements, start=1)
    ]


def nearest(sections: Sequence[Section]) -> list[Citation]:
    """Return the found passages, best first, as places to look; they support no statement."""
    return [
        _citation(number, section, _whole(section.passage))
        for number, section in enumerate(sections, start=1)
    ]


def support(statement: str, quote: str) -> float:
    """Return the share of the statement's words that the quote holds, in [0, 1].

    0 when a number or date of the statement is missing from the quote: near is wrong there.
    """
    if not set(NUMBER.findall(statement)) <= set(NUMBER.findall(quote)):
        return 0.0
    words = set(WORD.findall(statement.casefold()))
    return len(words & set(WORD.findall(quote.casefold()))) / len(words) if words else 0.0


def _whole(passage: Passage) -> Statement:
    """Return the passage without the blank space around it, stating nothing."""
    start = passage.start + len(passage.text) - len(passage.text.lstrip())
    return Statement("", 0, start, start + len(passage.text.strip()))


def _citation(number: int, section: Section, statement: Statement) -> Citation:
    passage = section.passage
    quote = _quote(passage, statement.start, statement.end)
    return Citation(
        number=number,
        document=passage.document,
        page=passage.document.page_at(statement.start),
        heading=passage.heading,
        start=statement.start,
        end=statement.end,
        quote=quote,
        score=section.score,
        support=support(statement.text, quote),
    )


def _quote(passage: Passage, start: int, end: int) -> str:
    if not passage.parent_start <= start <= end <= passage.parent_end:
        raise ValueError(f"[{start}:{end}] lies outside the section that it is quoted from.")
    return passage.parent_text[start - passage.parent_start : end - passage.parent_start]
