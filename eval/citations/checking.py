"""One answer held against the documents: every quote, and every mark in the text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.pipeline.cite import Citation
from app.pipeline.events import Answer
from app.pipeline.phrases import OTHER_LANGUAGE

TextOf = Callable[[str, int, int], str]
"""Document id, start and end → what the index would show of that document."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one answer.

    ``verbatim``: by citation, whether its quote is the document's ``[start:end]``. ``carried``: by
    citation, whether its statement stands in its quote. ``marks_match``: whether the marks of the
    text are the citations' numbers, 1 to n, once each and in order. ``span_stands``: whether the
    few words that answer stand where they say, inside their citation.
    """

    abstained: bool
    verbatim: tuple[bool, ...]
    carried: tuple[bool, ...]
    marks_match: bool
    span_stands: bool

    @property
    def verified(self) -> tuple[bool, ...]:
        """Return, by citation, whether nothing at all is wrong with it."""
        pairs = zip(self.verbatim, self.carried, strict=True)
        return tuple(verbatim and carried for verbatim, carried in pairs)


def check_answer(answer: Answer, text_of: TextOf) -> Checked:
    """Return what the documents say to an answer; an abstention states nothing and has no marks."""
    verbatim = tuple(_is_verbatim(citation, text_of) for citation in answer.citations)
    if answer.abstained:
        return Checked(
            abstained=True,
            verbatim=verbatim,
            carried=(True,) * len(verbatim),
            marks_match=not any(f"[{c.number}]" in answer.text for c in answer.citations),
            span_stands=answer.span is None,
        )
    statements = read_statements(_without_notice(answer.text), answer.citations)
    return Checked(
        abstained=False,
        verbatim=verbatim,
        carried=tuple(statement is not None for statement in statements),
        marks_match=statements != [] and None not in statements,
        span_stands=_span_stands(answer, text_of),
    )


def read_statements(text: str, citations: Sequence[Citation]) -> list[str | None]:
    """Return the statement of each citation, as it stands before its mark; None where it is not.

    A document may itself hold ``[1]``: a mark is the last one before which everything since the
    mark before stands in the quote. Text that is left at the end belongs to no citation, so that
    the last one does not count.
    """
    statements: list[str | None] = []
    position = 0
    for number, citation in enumerate(citations, start=1):
        end = _end_of_statement(text, position, number, citation)
        statements.append(None if end is None else text[position:end].strip())
        position = len(text) if end is None else end + len(f"[{number}]")
    if statements and text[position:].strip():
        statements[-1] = None
    return statements


def _end_of_statement(text: str, position: int, number: int, citation: Citation) -> int | None:
    if citation.number != number:
        return None
    mark = f"[{number}]"
    at = text.rfind(mark, position)
    while at >= 0:
        statement = text[position:at].strip()
        if statement and statement in citation.quote:
            return at
        at = text.rfind(mark, position, at)
    return None


def _is_verbatim(citation: Citation, text_of: TextOf) -> bool:
    shown = text_of(citation.document.document_id, citation.start, citation.end)
    return bool(citation.quote.strip()) and shown == citation.quote


def _span_stands(answer: Answer, text_of: TextOf) -> bool:
    span = answer.span
    if span is None:
        return True
    cited = [citation for citation in answer.citations if citation.number == span.number]
    return any(
        citation.start <= span.start < span.end <= citation.end
        and text_of(citation.document.document_id, span.start, span.end) == span.text
        for citation in cited
    )


def _without_notice(text: str) -> str:
    """Return the text without the service's own line about the language of the documents."""
    for notice in OTHER_LANGUAGE.values():
        text = text.removeprefix(notice)
    return text
