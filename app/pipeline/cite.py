"""Step 10: every statement is tied to words that stand in a document, and checked against them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answerers.base import Statement
from app.pipeline.fold import other_sources
from app.pipeline.same import squeezed
from app.pipeline.widen import Section
from index.models import DocumentRecord, Passage

NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote that is the document's ``[start:end]``, and how far it carries its statement.

    ``support`` is 1 for a statement that the quote holds word for word and 0 for one that it does
    not carry; ``score`` is the retrieval score of the section. ``also_in`` are the sources of
    other documents that hold the quote in a section that says the same.
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
    also_in: tuple[str, ...] = ()


def cite(statement: Statement, section: Section) -> Citation:
    """Return the citation of a statement that rests on this section."""
    passage = section.passage
    quote = _quote(passage, statement.start, statement.end)
    return Citation(
        number=statement.number,
        document=passage.document,
        page=passage.document.page_at(statement.start),
        heading=passage.heading,
        start=statement.start,
        end=statement.end,
        quote=quote,
        score=section.score,
        support=statement.support,
        also_in=_also_in(quote, section),
    )


def nearest(sections: Sequence[Section]) -> list[Citation]:
    """Return the found passages, best first, as places to look; they support no statement."""
    return [
        cite(_whole(number, section.passage), section)
        for number, section in enumerate(sections, start=1)
    ]


def _whole(number: int, passage: Passage) -> Statement:
    """Return the passage without the blank space around it, stating nothing."""
    start = passage.start + len(passage.text) - len(passage.text.lstrip())
    return Statement(number, "", 0, start, start + len(passage.text.strip()), support=0.0)


def _also_in(quote: str, section: Section) -> tuple[str, ...]:
    """Return where else the quote stands: a twin may differ in other words."""
    words = squeezed(quote) if section.twins else ""
    holders = [twin for twin in section.twins if words in squeezed(twin.parent_text)]
    return other_sources(section.passage, holders)


def _quote(passage: Passage, start: int, end: int) -> str:
    if not passage.parent_start <= start <= end <= passage.parent_end:
        raise ValueError(f"[{start}:{end}] lies outside the section that it is quoted from.")
    return passage.parent_text[start - passage.parent_start : end - passage.parent_start]
