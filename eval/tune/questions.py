"""A team's own questions: a line of JSON each, with the document that holds the answer."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.pipeline.events import Answer
from app.pipeline.question import read_question
from eval.errors import QuestionSetError
from eval.records import Record, read_records
from index.base import Snapshot
from index.models import Filters

FEWEST = 20
"""Fewer questions cannot tell a better setting from luck."""


@dataclass(frozen=True, slots=True)
class TeamQuestion:
    """A question; without ``source`` the documents do not answer it, and it should be refused.

    ``source`` is where the expected document's source begins; ``answer`` is what a right answer
    holds, empty where any words of that document will do.
    """

    place: str
    text: str
    source: str | None
    answer: str = ""

    def is_right(self, answer: Answer) -> bool:
        """Return whether an answer is the expected one."""
        if self.source is None or answer.abstained:
            return False
        if self.answer:
            return self.answer.casefold() in unicodedata.normalize("NFC", answer.text).casefold()
        return any(one.document.source.startswith(self.source) for one in answer.citations)


def read_questions(path: Path, longest: int) -> list[TeamQuestion]:
    """Return the questions of a file; ``longest`` counts their characters.

    Raises QuestionSetError when there are too few or a line is broken, and InvalidQuestionError.
    """
    questions = [_question(record, longest) for record in read_records(path)]
    if len(questions) < FEWEST:
        raise QuestionSetError(
            f"{path} holds {len(questions)} questions; at least {FEWEST} are needed, and a hundred"
            " are better."
        )
    return questions


def check_sources(questions: Sequence[TeamQuestion], snapshot: Snapshot) -> None:
    """Raise QuestionSetError for a question whose document is not in the index."""
    for question in questions:
        if question.source is None:
            continue
        if not snapshot.documents(limit=1, filters=Filters(source=question.source)).total:
            raise QuestionSetError(
                f'{question.place}: no document of the index begins with "{question.source}".'
                " GET /documents lists their sources."
            )


def _question(record: Record, longest: int) -> TeamQuestion:
    source = unicodedata.normalize("NFC", record.text("source", ""))
    answer = unicodedata.normalize("NFC", record.text("answer", ""))
    if answer and not source:
        raise QuestionSetError(f'{record.place}: with an "answer" there must be a "source".')
    text = read_question(record.text("question"), longest).text
    return TeamQuestion(record.place, text, source or None, answer.strip())
