"""The practical question sets keep what their page promises."""

from pathlib import Path

import pytest

import eval.train
from eval.datasets import read_answered_set
from eval.golden.cases import Group
from eval.records import read_records
from eval.train.examples import read_training_set

DATA = Path(eval.train.__file__).parent / "data"
SETS = sorted(path.name for path in DATA.iterdir() if path.is_dir())
GOLDEN = DATA.parents[1] / "data"


@pytest.mark.parametrize("name", SETS)
def test_every_answer_stands_in_each_of_its_documents(name: str) -> None:
    one = read_answered_set(DATA / name)
    texts = {document.id: document.text for document in one.documents}
    for query in one.queries:
        for document in one.relevance.get(query.id, ()):
            assert all(answer in texts[document] for answer in query.answers), query.id


@pytest.mark.parametrize("name", SETS)
def test_a_question_has_answers_or_is_impossible(name: str) -> None:
    one = read_answered_set(DATA / name)
    for query in one.queries:
        assert query.impossible != bool(query.answers) == (query.id in one.relevance), query.id


@pytest.mark.parametrize("name", SETS)
def test_the_page_counts_right(name: str) -> None:
    training = read_training_set(DATA / name)
    row = f"| {name} | {len(training.documents)} | {len(training.examples)} | 45 | 25 |"
    assert row in (DATA / "README.md").read_text(encoding="utf-8")
    assert len(training.unanswered) == 70


def test_no_frozen_question_is_asked_here() -> None:
    here = [query.text for name in SETS for query in read_answered_set(DATA / name).queries]
    frozen = {
        str(record.fields.get("text"))
        for group in Group
        for record in read_records(GOLDEN / f"{group}.jsonl")
    }
    assert len(here) == len(set(here))
    assert not frozen & set(here)
