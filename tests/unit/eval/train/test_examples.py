import json
from pathlib import Path

from eval.datasets import CorpusDocument, Query, QuestionSet
from eval.held_out import ONE_IN, held_out_ids, only_held_out
from eval.train.examples import places_of, read_training_set


def write_set(folder: Path) -> Path:
    text = "병가는 최대 60일입니다. 60일은 두 달입니다."
    queries = [
        {"_id": "q1", "text": "병가는?", "answers": [{"text": "60일", "answer_start": 17}]},
        {"_id": "q2", "text": "연차는?", "answers": [], "is_impossible": True},
        {"_id": "q3", "text": "어디?", "answers": [{"text": "서울", "answer_start": 0}]},
        {"_id": "q4", "text": "며칠?", "answers": [{"text": "두 달", "answer_start": 1}]},
    ]
    lines = "\n".join(json.dumps(query) for query in queries)
    (folder / "queries.jsonl").write_text(lines, encoding="utf-8")
    document = {"_id": "d", "title": "휴가", "text": text}
    (folder / "corpus.jsonl").write_text(json.dumps(document), encoding="utf-8")
    (folder / "qrels.tsv").write_text("".join(f"q{n}\td\t1\n" for n in range(1, 5)))
    return folder


def test_examples_point_at_the_words_and_leave_out_what_is_not_in_the_text(tmp_path: Path) -> None:
    examples = read_training_set(write_set(tmp_path)).examples
    found = {one.question: [one.document.text[a:b] for a, b in one.places] for one in examples}
    assert found == {"병가는?": ["60일"], "연차는?": [], "며칠?": ["두 달"]}
    assert examples[0].places == ((7, 10),)


def test_questions_without_a_document_are_those_that_nothing_answers(tmp_path: Path) -> None:
    folder = write_set(tmp_path)
    (folder / "qrels.tsv").write_text("q1\td\t1\nq3\td\t1\n")
    training = read_training_set(folder)
    assert [one.question for one in training.examples] == ["병가는?"]
    assert training.unanswered == ["연차는?"]


def test_a_short_answer_is_found_within_a_longer_one() -> None:
    text = "연차 신청은 10일 전까지. 병가 신청은 사유 발생 후 10일 이내."
    places = places_of(["10일", "사유 발생 후 10일 이내", "없는 말"], text)
    assert [text[start:end] for start, end in places] == ["10일", "사유 발생 후 10일 이내"]
    assert places[1][0] < places[0][0] < places[1][1]


def documents(count: int, titles: int) -> list[CorpusDocument]:
    return [CorpusDocument(f"d{n}", f"t{n % titles}", "글") for n in range(count)]


def test_about_one_document_in_four_is_held_out_always_the_same() -> None:
    held = held_out_ids(documents(1_000, 1_000))
    assert 1_000 / ONE_IN * 0.8 < len(held) < 1_000 / ONE_IN * 1.2
    assert held == held_out_ids(documents(1_000, 1_000))


def test_paragraphs_of_an_article_are_held_out_together() -> None:
    held = held_out_ids(documents(100, 10))
    for title in range(10):
        ids = {f"d{n}" for n in range(100) if n % 10 == title}
        assert ids <= held or not ids & held


def test_only_questions_on_held_out_documents_are_left() -> None:
    some = documents(40, 40)
    queries = [Query(f"q{n}", "누구?") for n in range(40)]
    whole = QuestionSet("set", some, queries, {f"q{n}": {f"d{n}": 1} for n in range(40)})
    held = held_out_ids(some)
    left = only_held_out(whole)
    assert {query.id.replace("q", "d") for query in left.queries} == held
    assert left.documents == some
