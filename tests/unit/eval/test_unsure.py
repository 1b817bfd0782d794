import json
from pathlib import Path

import numpy as np
import pytest

from app.pipeline.retrieve import Found, FoundPassage
from eval.__main__ import main
from eval.signals import SIGNALS
from eval.unsure import misses
from tests.unit.app.pipeline.passages import document
from tests.unit.app.pipeline.passages import found as passage
from tests.unit.eval.question_folders import write_lines, write_set


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("eval.__main__.configure_native_libraries", lambda: None)
    monkeypatch.setenv("MUREUM_EMBEDDER", "hashing")
    monkeypatch.chdir(tmp_path)
    for name in ("first", "second"):
        folder = write_set(tmp_path / name)
        far = [
            {"_id": f"far{number}", "title": "", "text": f"구내식당 소개 {number}번 글"}
            for number in range(8)
        ]
        with (folder / "corpus.jsonl").open("a", encoding="utf-8") as corpus:
            corpus.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in far)
        queries = [
            {"_id": "q1", "text": "연차 휴가는 매년 며칠인가요?"},
            {"_id": "q3", "text": "Where do visitors park?"},
            {"_id": "lost", "text": "구내식당 소개 글"},
            {"_id": "gone", "text": "Who?", "is_impossible": True},
        ]
        write_lines(folder / "queries.jsonl", queries)
        with (folder / "qrels.tsv").open("a", encoding="utf-8") as relevance:
            relevance.write("lost\tparking\t1\ngone\tvpn\t1\n")
    return tmp_path


def found(*documents: str) -> Found:
    some = [passage("text", record=document(name)) for name in documents]
    some = [FoundPassage(each.hit, each.passage) for each in some]
    return Found(some, [], np.zeros(2, np.float32))


def test_a_search_misses_when_the_first_five_documents_are_all_wrong() -> None:
    names = ["a", "a", "b", "c", "d", "e", "f"]
    assert not misses(found(*names), {"docs/e.md"})
    assert misses(found(*names), {"docs/f.md"})
    assert misses(found(), {"docs/a.md"})


@pytest.mark.usefixtures("here")
def test_the_report_judges_every_signal_on_sets_that_it_was_not_fitted_on() -> None:
    assert main(["unsure", "first", "second", "--json", "report.json"]) == 0
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert {name: (s["questions"], s["missed"]) for name, s in report["sets"].items()} == {
        "first": (3, 1),
        "second": (3, 1),
    }
    assert set(report["held_out"]) == set(report["fitted_on_all"]) == set(SIGNALS)
    for verdicts in [*report["held_out"].values(), report["shipped"]]:
        assert [each["name"] for each in verdicts] == ["first", "second"]
        assert all(0 <= each["asked"] <= 1 for each in verdicts)


@pytest.mark.usefixtures("here")
def test_one_set_alone_can_judge_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["unsure", "first"]) == 1
    assert "Two sets or more are needed" in capsys.readouterr().err
