"""Answers and refusals measured on real questions with the real models, by the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.test_eval_retrieval import DATA, REPOSITORY, part_of

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real sets are not at {DATA}")

OFF_TOPIC = DATA / "mkqa_dev_ko" / "questions.jsonl", DATA / "clapnq_dev_en" / "unanswerable.jsonl"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with parts of a Korean and an English set, whose indexes are kept."""
    made = tmp_path_factory.mktemp("answers")
    part_of("tydiqa_goldp_ko", 30, made)
    part_of("squad2_dev_en", 20, made)
    return made


def measured(folder: Path, *arguments: str, **settings: str) -> dict[str, Any]:
    kept = ["--index", "kept", "--json", "report.json", "--html", "report.html"]
    done = subprocess.run(
        [sys.executable, "-m", "eval", *arguments, *kept],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **settings},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "report.html").read_text("utf-8").endswith("</html>\n")
    report: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return report


def test_answers_are_scored_in_both_languages_and_a_run_equals_itself(folder: Path) -> None:
    report = measured(folder, "answers", "tydiqa_goldp_ko", "squad2_dev_en", "--limit", "20")
    korean, english = report["sets"]["tydiqa_goldp_ko"], report["sets"]["squad2_dev_en"]
    assert korean["queries"] == 20
    assert english["queries"] + english["impossible_queries"] == 20
    assert 0 < english["impossible_queries"] < 20
    for part in (korean, english):
        assert 0 <= part["em"] <= part["f1"] <= 1
        assert 0 < part["answered"] <= part["queries"]
        assert part["sentence_contains_gold"] > 0.4
        assert part["found"] > 0.9
        assert part["index"]["embedder"] == "bundled:multilingual-e5-small"
        assert len(part["per_query"]) == 20
    assert set(korean["languages"]) == {"ko"}
    assert "en" in english["languages"]
    again = folder / "first.json"
    (folder / "report.json").replace(again)
    command = [sys.executable, "-m", "eval", "compare", str(again), str(again)]
    done = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, timeout=900, check=True
    )
    assert "0 of " in done.stdout


def test_given_the_document_nothing_is_missed(folder: Path) -> None:
    limits = ("--given", "--limit", "8")
    found = measured(
        *(folder, "answers", "tydiqa_goldp_ko", *limits), MUREUM_APP_CONFIDENCE_THRESHOLD="0"
    )["sets"]["tydiqa_goldp_ko"]
    assert (found["given"], found["retrieval_misses"], found["found"]) == (True, 0, 1)
    assert found["answered"] == 8


def test_confidence_tells_off_topic_questions_from_real_ones(folder: Path) -> None:
    asked = ("--limit", "12", "--off-topic", *map(str, OFF_TOPIC))
    report = measured(folder, "abstention", "tydiqa_goldp_ko", *asked)
    found = report["sets"]["tydiqa_goldp_ko"]
    assert found["queries"] == 24
    assert found["kinds"]["answerable"]["queries"] == 12
    assert found["kinds"]["off-topic"]["queries"] == 12
    assert found["auroc"] > 0.8
    assert found["recall"] > 0.6
    assert sum(one["queries"] for one in found["reliability"]) == 24
    assert report["mix"]["off_topic"] == ["questions.jsonl", "unanswerable.jsonl"]
