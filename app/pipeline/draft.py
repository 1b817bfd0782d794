"""Steps 9 and 10: an answer as it grows from its parts, and what becomes of it in the end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.answerers.base import LEAST_SUPPORT, Account, Delta, Part, Statement
from app.pipeline.cite import Citation, cite, nearest
from app.pipeline.events import Answer, Cited
from app.pipeline.phrases import NOT_FOUND
from app.pipeline.question import Question
from app.pipeline.retrieve import Found
from app.pipeline.widen import Section
from app.stopwatch import Stopwatch


@dataclass(slots=True)
class Draft:
    """Collects what an answerer says about one question."""

    question: Question
    sections: Sequence[Section]
    _words: list[str] = field(default_factory=list)
    _citations: list[Citation] = field(default_factory=list)
    _account: Account | None = None

    def take(self, part: Part) -> Iterator[Delta | Cited]:
        """Yield what a caller is told of this part."""
        if isinstance(part, Statement):
            self._citations.append(cite(part, self.sections[part.section]))
            yield Cited(self._citations[-1])
        elif isinstance(part, Account):
            self._account = part
        else:
            self._words.append(part.text)
            yield part

    def finished(
        self, backend: str, rewritten: str | None, found: Found, clock: Stopwatch
    ) -> Answer:
        """Return the answer; one of which nothing is supported becomes an abstention."""
        account = self._account or Account(backend)
        abstained = not any(c.support >= LEAST_SUPPORT for c in self._citations)
        return Answer(
            text=NOT_FOUND[self.question.language] if abstained else "".join(self._words).strip(),
            citations=nearest(self.sections) if abstained else self._citations,
            abstained=abstained,
            confidence=account.confidence,
            evidence=account.evidence,
            backend=account.backend,
            timings_ms=clock.read(),
            rewritten_question=rewritten,
            usage=account.usage,
            unsupported=account.unsupported,
            lost_numbers=account.lost_numbers,
            fallback_reason=account.fallback_reason,
            imagined=found.imagined,
            queries=found.queries,
            span=None if abstained else account.span,
        )
