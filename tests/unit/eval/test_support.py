import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.errors import QuestionSetError
from eval.support import read_pairs, scored
from tests.unit.eval.question_folders import write_lines

PREMISE = "병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다."
PAIRS = [
    ("병가는 최대 60일까지 쓸 수 있습니다.", "entailment"),
    ("병가는 최대 90일까지 쓸 수 있습니다.", "contradiction"),
    ("회사에는 주차장과 식당과 도서관이 있습니다.", "neutral"),
]


def write_pairs(path: Path, pairs: list[tuple[str, str]]) -> Path:
    path.parent.mkdir(exist_ok=True)
    write_lines(
        path,
        [{"premise": PREMISE, "hypothesis": text, "gold_label": label} for text, label in pairs],
    )
    return path


def test_the_report_tells_how_entailment_is_told_from_each_other_label(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("eval.__main__.configure_native_libraries", lambda: None)
    file = write_pairs(tmp_path / "pairs" / "data.jsonl", PAIRS)
    assert main(["support", str(file), "--json", str(tmp_path / "report.json")]) == 0
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["files"]["pairs"]
    assert found["pairs"] == {"entailment": 1, "neutral": 1, "contradiction": 1}
    assert found["supported"] == {"entailment": 1.0, "neutral": 0.0, "contradiction": 0.0}
    assert {(each["check"], each["label"], each["auroc"]) for each in found["separations"]} == {
        ("support", "neutral", 1.0),
        ("support", "contradiction", 1.0),
        ("words alone", "neutral", 1.0),
        ("words alone", "contradiction", 1.0),
        ("numbers and names alone", "neutral", 0.5),
        ("numbers and names alone", "contradiction", 1.0),
        ("denials alone", "neutral", 0.5),
        ("denials alone", "contradiction", 0.5),
    }
    assert "supported (0.5 or more): entailment 1.00" in capsys.readouterr().out


def test_each_check_is_told_apart(tmp_path: Path) -> None:
    values = scored(read_pairs(write_pairs(tmp_path / "pairs.jsonl", PAIRS)), lambda _: None)
    assert values["support"]["contradiction"] == [0.0]
    assert values["words alone"]["contradiction"][0] > 0.5
    assert values["numbers and names alone"] == {
        "entailment": [1.0],
        "neutral": [1.0],
        "contradiction": [0.0],
    }


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([("병가는 60일입니다.", "maybe")], "line 1: the label is none of entailment, neutral"),
        ([("병가는 60일입니다.", "entailment")], "entailed pairs and others are needed"),
        ([("병가는 90일입니다.", "contradiction")], "entailed pairs and others are needed"),
    ],
)
def test_a_file_that_cannot_be_measured_is_refused(
    tmp_path: Path, pairs: list[tuple[str, str]], message: str
) -> None:
    with pytest.raises(QuestionSetError, match=message):
        read_pairs(write_pairs(tmp_path / "pairs.jsonl", pairs))
