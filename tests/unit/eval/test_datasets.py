"""Question sets as files have them, whole and broken."""

from pathlib import Path

import pytest

from eval.datasets import choose_queries_file, read_judged_set, read_question_set
from eval.errors import QuestionSetError
from tests.unit.eval.question_folders import QUERIES, write_lines, write_set


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_set(tmp_path / "set")


def test_a_set_has_its_documents_and_the_queries_that_can_be_measured(folder: Path) -> None:
    read = read_question_set(folder)
    assert read.name == "set"
    assert [document.id for document in read.documents][:2] == ["휴가 규정/1", "출장.pdf - 2"]
    assert [query.id for query in read.queries] == ["q1", "q2", "q3"]
    assert read.relevance == {
        "q1": {"휴가 규정/1": 1},
        "q2": {"출장.pdf - 2": 2},
        "q3": {"parking": 1},
    }


def test_the_name_is_the_folder_s_however_it_is_given(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert read_question_set(Path()).name == "set"


def test_speakers_are_no_part_of_a_question(folder: Path) -> None:
    turns = "|user|: IBM 클라우드가 뭔가요?\n|user|: What does |user|: mean?"
    write_lines(folder / "queries.jsonl", [{"_id": "q1", "text": turns}])
    assert read_question_set(folder).queries[0].text == (
        "IBM 클라우드가 뭔가요?\nWhat does |user|: mean?"
    )


def test_a_limit_takes_the_first_queries_that_can_be_measured(folder: Path) -> None:
    write_lines(folder / "queries.jsonl", list(reversed(QUERIES)))
    assert [query.id for query in read_question_set(folder, limit=2).queries] == ["q3", "q2"]


def test_queries_come_from_the_given_file_in_the_folder_or_elsewhere(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "queries_last.jsonl").write_text("")
    (tmp_path / "mine.jsonl").write_text("")
    assert choose_queries_file(folder, "queries_last.jsonl") == folder / "queries_last.jsonl"
    assert choose_queries_file(folder, str(tmp_path / "mine.jsonl")) == tmp_path / "mine.jsonl"


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["queries.jsonl", "queries_rewrite.jsonl"], "queries.jsonl"),
        (["queries_lastturn.jsonl", "queries_rewrite.jsonl"], "queries_rewrite.jsonl"),
        (["queries_lastturn.jsonl"], "queries_lastturn.jsonl"),
    ],
)
def test_without_a_choice_the_usual_queries_are_taken(
    tmp_path: Path, names: list[str], chosen: str
) -> None:
    for name in names:
        (tmp_path / name).write_text("")
    assert choose_queries_file(tmp_path, None).name == chosen


def test_several_unusual_queries_files_are_listed(tmp_path: Path) -> None:
    for name in ("queries_a.jsonl", "queries_b.jsonl"):
        (tmp_path / name).write_text("")
    with pytest.raises(QuestionSetError, match=r"--queries: queries_a\.jsonl, queries_b\.jsonl"):
        choose_queries_file(tmp_path, None)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("corpus.jsonl", '{"_id": "a", "text": "x"}\n\n{"_id"', r"corpus\.jsonl, line 3: .* JSON"),
        ("corpus.jsonl", "[1]", r"line 1: an object"),
        ("corpus.jsonl", '{"text": "x"}', r'line 1: the field "_id" must be a text'),
        ("corpus.jsonl", '{"_id": "", "text": "x"}', r'the field "_id" is empty'),
        ("corpus.jsonl", '{"_id": "a", "text": 3}', r'the field "text" must be a text'),
        ("corpus.jsonl", '{"_id": "a", "text": "x"}\n' * 2, r'the _id "a" is there twice'),
        ("queries.jsonl", '{"_id": "q1", "text": "x"}\n' * 2, r'the _id "q1" is there twice'),
        ("queries.jsonl", '{"_id": "q1", "text": "|user|: "}', r"line 1: the question is empty"),
        ("queries.jsonl", '{"_id": "q4", "text": "x"}', r"nothing can be measured"),
        ("qrels.tsv", "q1\tnowhere\t1", r'line 1: corpus\.jsonl has no document "nowhere"'),
        ("qrels.tsv", "q1\tvpn", r"line 1: .* tabs"),
        ("qrels.tsv", "q1\tvpn\tyes", r"line 1: .* whole number"),
    ],
)
def test_what_is_broken_is_named_with_its_place(
    folder: Path, name: str, content: str, message: str
) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(QuestionSetError, match=message):
        read_question_set(folder)


def test_bytes_that_are_no_text_are_named_with_their_place(folder: Path) -> None:
    (folder / "corpus.jsonl").write_bytes("휴가".encode("cp949"))
    with pytest.raises(QuestionSetError, match=r"line 1: this is not UTF-8"):
        read_question_set(folder)


def test_qrels_need_no_head(folder: Path) -> None:
    (folder / "qrels.tsv").write_text("q3\tparking\t1\n", encoding="utf-8")
    assert read_question_set(folder).relevance == {"q3": {"parking": 1}}


def test_what_is_known_to_be_unanswered_is_judged_too(folder: Path) -> None:
    lost = {"_id": "q9", "text": "누가 불렀나요?", "is_impossible": True}
    unknown = {"_id": "q8", "text": "어디인가요?"}
    write_lines(folder / "queries.jsonl", [*QUERIES, lost, unknown])
    ids = [query.id for query in read_judged_set(folder).queries]
    assert ids == ["q1", "q2", "q3", "q4", "q9"]
