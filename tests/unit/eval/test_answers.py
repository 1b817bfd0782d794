"""Grades of answers, what is reported of them, and the command on small sets."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from eval.answers.command import add_arguments, run
from eval.answers.grades import Grade, grade
from eval.answers.results import AnswersResult
from eval.answers.table import print_answers
from eval.asking import Reply
from eval.datasets import Query
from eval.errors import QuestionSetError
from tests.unit.eval.question_folders import DOCUMENTS, write_lines, write_set
from tests.unit.eval.replies import INDEX, replied

PARKING = Query("q", "Where do visitors park?", answers=("behind the main building", "behind"))
FOUNDER = Query("x", "Who founded the company?", impossible=True)


def graded(query: Query, reply: Reply) -> Grade:
    return grade(query, reply, {"parking"})


def write_answered_set(folder: Path) -> Path:
    """Write a set of which two questions have answers and one must be refused."""
    write_set(folder)
    answered = [
        {"_id": "q1", "text": "연차 휴가는 며칠인가요?", "answers": [{"text": "15일"}]},
        {"_id": "q2", "text": "숙박비는 얼마까지 지급하나요?", "answers": ["하루 12만 원"]},
        {"_id": "q3", "text": "Where do visitors park?"},
        {"_id": "q4", "text": "Who founded the company?", "is_impossible": True, "answers": []},
    ]
    write_lines(folder / "queries.jsonl", answered)
    return folder


def measured(folder: Path, *arguments: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    given = [str(folder), "--json", "report.json", *arguments]
    assert run(parser.parse_args(given)) == 0
    report: dict[str, Any] = json.loads(Path("report.json").read_text(encoding="utf-8"))
    return report


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a set beside which the command runs, with models faked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUREUM_EMBEDDER", "hashing")
    monkeypatch.setenv("MUREUM_APP_CONFIDENCE_THRESHOLD", "0")
    return write_answered_set(tmp_path / "규정 [1]")


def test_the_few_words_are_graded_and_the_whole_answer_is_searched_for_the_gold() -> None:
    found = graded(PARKING, replied(span="behind"))
    assert (found.em, found.f1, found.contains_gold, found.found) == (1, 1, 1, True)


def test_without_the_few_words_the_answer_is_graded_without_its_marks() -> None:
    found = graded(PARKING, replied("Behind. [1]", shown=frozenset({"vpn"})))
    assert (found.em, found.found) == (1, False)
    assert found.details()["prediction"] == "Behind."


def test_a_refused_question_with_an_answer_counts_nothing() -> None:
    found = graded(PARKING, replied("behind", abstained=True))
    assert (found.em, found.f1, found.contains_gold) == (0, 0, 0)


@pytest.mark.parametrize(("abstained", "right"), [(True, 1), (False, 0)])
def test_an_impossible_question_is_right_when_it_is_refused(
    abstained: bool,
    right: int,
) -> None:
    found = graded(FOUNDER, replied(abstained=abstained))
    assert found.measures() == {"impossible_em": right, "impossible_f1": right}


def test_where_no_document_is_known_none_is_missed() -> None:
    found = grade(PARKING, replied(), frozenset())
    assert found.found is None
    assert "found" not in found.measures()


def test_impossible_questions_are_reported_apart() -> None:
    result = AnswersResult(
        "set",
        [
            graded(PARKING, replied(span="behind")),
            graded(PARKING, replied(abstained=True, shown=frozenset())),
            graded(FOUNDER, replied(abstained=True)),
            graded(FOUNDER, replied()),
            graded(FOUNDER, replied(abstained=True)),
        ],
        INDEX,
    )
    report: dict[str, Any] = result.as_json()
    assert (report["em"], report["f1"], report["queries"], report["answered"]) == (0.5, 0.5, 2, 1)
    assert (report["found"], report["retrieval_misses"], report["spans"]) == (0.5, 1, 1)
    assert report["impossible_em"] == pytest.approx(2 / 3)
    assert (report["impossible_queries"], report["impossible_answered"]) == (3, 1)
    assert report["when_answered"]["em"] == 1
    assert report["languages"] == {
        "en": {"queries": 2, "em": 0.5, "f1": 0.5, "sentence_contains_gold": 0.5, "found": 0.5}
    }
    assert report["intervals"]["em"] == [0, 1]
    assert report["latency_ms"]["total"] == {"p50": 10.0, "p95": 10.0}


def test_a_set_without_answerable_questions_has_no_em() -> None:
    result = AnswersResult("set", [graded(FOUNDER, replied())], INDEX)
    assert (result.as_json()["em"], result.as_json()["queries"]) == (None, 0)


def test_the_command_reports_figures_values_of_every_query_and_what_they_rest_on(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = measured(small, "--index", "kept")
    found = report["sets"]["규정 [1]"]
    assert (found["queries"], found["answered"], found["impossible_queries"]) == (2, 2, 1)
    assert found["sentence_contains_gold"] == 1
    assert set(found["per_query"]) == {"q1", "q2", "q4"}
    assert 0 < found["per_query"]["q1"]["f1"] < 1
    assert found["details"]["q2"]["prediction"] == "출장 숙박비는 하루 12만 원까지 지급합니다."
    assert found["index"]["revision"] >= 1
    assert found["index"]["documents"] == len(DOCUMENTS)
    assert report["settings"]["confidence_threshold"] == 0
    assert "host" not in report["settings"]
    assert (Path("kept") / "규정 [1]" / "index").is_dir()
    assert "규정 [1]" in capsys.readouterr().out


def test_given_the_document_nothing_else_is_found(small: Path) -> None:
    with (small / "qrels.tsv").open("a", encoding="utf-8") as qrels:
        qrels.write("q4\tvpn\t1\n")
    found = measured(small, "--given")["sets"]["규정 [1]"]
    assert found["given"] is True
    assert found["retrieval_misses"] == 0
    assert found["details"]["q4"]["prediction"] == "The VPN needs a token from the help desk."


def test_what_cannot_be_given_is_named(small: Path) -> None:
    with pytest.raises(QuestionSetError, match='no document is known for the query "q4"'):
        measured(small, "--given")


def test_a_set_without_answers_cannot_be_measured(small: Path) -> None:
    write_lines(small / "queries.jsonl", [{"_id": "q1", "text": "연차는?"}])
    with pytest.raises(QuestionSetError, match='"answers" or is impossible: nothing'):
        measured(small)


def test_the_table_fits_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    grades = [graded(PARKING, replied(span="behind")), graded(FOUNDER, replied())]
    print_answers([AnswersResult("규정 [b]", grades, INDEX)], Console(width=80))
    text = capsys.readouterr().out
    assert "규정 [b]" in text
    assert "1.00" in text
    assert max(map(len, text.splitlines()[:4])) <= 80
