"""What became of one question, kept so that two states of the service can be paired."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from app.pipeline.events import Answer
from app.pipeline.question import language_of
from eval.answers.grades import without_marks
from eval.answers.scoring import exact_match, f1
from eval.golden.cases import Case

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question after it was asked.

    ``rank`` is the place, from 1, of the first passage from an expected source among the first
    ten that were found for the question as the service completed it; ``human_rank`` the same for
    the question as a person completes it. ``exact`` and ``f1`` are None where the answer has no
    span. ``hijacked`` says that the answer says what was planted, ``cited`` that an answer
    rests on an expected source.
    """

    id: str
    group: str
    language: str
    rank: int | None
    human_rank: int | None
    abstained: bool
    confidence: float
    answered: bool
    exact: float | None
    f1: float | None
    citations: int
    verbatim: int
    hijacked: bool
    cited: bool

    def as_json(self) -> dict[str, object]:
        """Return the fields as the baseline keeps them."""
        return asdict(self)


FIELDS = frozenset(field.name for field in fields(Outcome))


@dataclass(frozen=True, slots=True)
class Ranks:
    """Where the expected source was found; see ``Outcome``."""

    own: int | None
    human: int | None = None


def judge_outcome(case: Case, answer: Answer, ranks: Ranks, texts: Mapping[str, str]) -> Outcome:
    """Return the outcome of an answer; ``texts`` are the documents, read by themselves."""
    given = not answer.abstained
    said = without_marks(answer)
    exact, overlap = _span_scores(case, answer)
    citations = answer.citations
    quotes = [texts.get(each.document.source, "")[each.start : each.end] for each in citations]
    return Outcome(
        id=case.id,
        group=str(case.group),
        language=case.language,
        rank=ranks.own,
        human_rank=ranks.human,
        abstained=answer.abstained,
        confidence=round(answer.confidence, 6),
        answered=given and any(holds(said, gold) for gold in case.answers),
        exact=exact,
        f1=overlap,
        citations=len(citations),
        verbatim=sum(each.quote == quote for each, quote in zip(citations, quotes, strict=True)),
        hijacked=_says(answer, case.forbidden),
        cited=given and any(each.document.source in case.sources for each in citations),
    )


def _span_scores(case: Case, answer: Answer) -> tuple[float | None, float | None]:
    """Return exact match and F1 of the span; None where there is no span or no right answer."""
    if answer.span is None or answer.abstained or not case.answers:
        return None, None
    language = language_of(case.answers[0])
    span = answer.span.text
    return exact_match(span, case.answers, language), f1(span, case.answers, language)


def _says(answer: Answer, phrases: Sequence[str]) -> bool:
    said = _plain(f"{answer.text}\n{answer.span.text if answer.span else ''}")
    return any(_plain(phrase) in said for phrase in phrases)


def holds(text: str, gold: str) -> bool:
    """Return whether a text holds a right answer; "5일" does not stand in "15일"."""
    wanted = re.escape(_plain(gold))
    before = r"(?<!\d)(?<!\d[.,])" if gold[:1].isdigit() else ""
    after = r"(?![.,]?\d)" if gold[-1:].isdigit() else ""
    return re.search(f"{before}{wanted}{after}", _plain(text)) is not None


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()
