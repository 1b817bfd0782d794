"""Reading a team's questions."""

import unicodedata
from pathlib import Path

import pytest

from app.errors import InvalidQuestionError
from eval.errors import QuestionSetError
from eval.tune.questions import FEWEST, TeamQuestion, check_sources, read_questions
from tests.unit.app.services import small_index
from tests.unit.eval.injection.answers import answered, citation
from tests.unit.eval.question_folders import write_lines
from tests.unit.eval.tune.teams import write_questions

LEAVE = citation("Leave is 15 days.")


def test_a_question_names_its_document_or_none(tmp_path: Path) -> None:
    questions = read_questions(write_questions(tmp_path / "q.jsonl", 15, refused=5), 100)
    assert len(questions) == 20
    assert (questions[0].text, questions[0].source) == ("What does rule0 say?", "rules/rule0.md")
    assert questions[-1].source is None


def test_too_few_questions_are_refused(tmp_path: Path) -> None:
    path = write_questions(tmp_path / "q.jsonl", FEWEST - 1)
    with pytest.raises(QuestionSetError, match=f"holds 19 questions; at least {FEWEST}"):
        read_questions(path, 100)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"source": "a.md"}, 'the field "question" must be a text'),
        ({"question": "Who?", "source": 3}, 'the field "source" must be a text'),
        ({"question": "Who?", "answer": "Kim"}, 'with an "answer" there must be a "source"'),
    ],
)
def test_a_broken_line_is_named(line: dict[str, object], message: str, tmp_path: Path) -> None:
    write_lines(tmp_path / "q.jsonl", [line] * FEWEST)
    with pytest.raises(QuestionSetError, match=f"line 1: {message}"):
        read_questions(tmp_path / "q.jsonl", 100)


def test_a_question_that_the_service_would_refuse_is_refused_here(tmp_path: Path) -> None:
    write_lines(tmp_path / "q.jsonl", [{"question": "??"}] * FEWEST)
    with pytest.raises(InvalidQuestionError):
        read_questions(tmp_path / "q.jsonl", 100)


def test_sources_must_be_in_the_index_whatever_system_wrote_them(tmp_path: Path) -> None:
    source = unicodedata.normalize("NFD", "docs/휴가")
    write_lines(tmp_path / "q.jsonl", [{"question": "며칠?", "source": source}] * FEWEST)
    questions = read_questions(tmp_path / "q.jsonl", 100)
    with small_index().snapshot() as snapshot:
        check_sources(questions, snapshot)
        lost = TeamQuestion("q.jsonl, line 3", "며칠?", "docs/병가")
        with pytest.raises(
            QuestionSetError, match=r'line 3: no document .* begins with "docs/병가"'
        ):
            check_sources([*questions, lost], snapshot)


@pytest.mark.parametrize(
    ("source", "expected", "right"),
    [
        ("leave", "", True),
        ("travel", "", False),
        ("leave", "15 DAYS", True),
        ("leave", "16 days", False),
        (None, "", False),
    ],
)
def test_a_right_answer_cites_the_document_or_holds_the_words(
    source: str | None, expected: str, *, right: bool
) -> None:
    question = TeamQuestion("line 1", "How many days?", source, expected)
    assert question.is_right(answered("Leave is 15 days. [1]", LEAVE)) is right
    assert not question.is_right(answered("No answer.", LEAVE, abstained=True))
