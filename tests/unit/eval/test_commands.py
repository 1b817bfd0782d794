"""The table of commands, and the command line as a person runs it, with models faked."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from eval.__main__ import COMMANDS, load_command, main
from tests.unit.eval.question_folders import write_set

REPOSITORY = Path(__file__).parents[3]
MEASURES = {"ndcg@10", "recall@1", "recall@5", "recall@10", "mrr@10"}


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    own = {"PYTHONPATH": str(REPOSITORY), "MUREUM_EMBEDDER": "hashing", **settings}
    return subprocess.run(
        [sys.executable, "-m", "eval", *arguments],
        cwd=folder,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run commands in this process, whose libraries are loaded already, beside a small set."""
    monkeypatch.setattr("eval.__main__.configure_native_libraries", lambda: None)
    monkeypatch.chdir(tmp_path)
    write_set(tmp_path / "set")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_declares_its_arguments(name: str) -> None:
    parser = argparse.ArgumentParser()
    load_command(name).add_arguments(parser)
    assert callable(load_command(name).run)


def test_the_report_names_every_set_with_its_counts_and_legs(tmp_path: Path) -> None:
    write_set(tmp_path / "사내 규정")
    write_set(tmp_path / "second")
    done = run(tmp_path, "retrieval", "사내 규정", "second", "--json", "report.json")
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert list(report["sets"]) == ["사내 규정", "second"]
    found = report["sets"]["사내 규정"]
    assert (found["queries"], found["documents"]) == (3, 4)
    assert set(found["legs"]) == {"bm25", "dense", "fused"}
    assert all(set(measures) == MEASURES for measures in found["legs"].values())
    assert found["legs"]["bm25"]["recall@1"] == 1.0
    assert found["per_query"]["q2"]["bm25"]["recall@1"] == 1.0
    assert found["index"]["documents"] == 4
    assert report["models"]["embedder"]["name"] == "hashing"
    assert "사내 규정" in done.stdout
    assert "mean of 2" in done.stdout
    assert "fused significantly below" in done.stdout


def test_a_configured_reranker_is_one_more_leg(tmp_path: Path) -> None:
    write_set(tmp_path / "set")
    done = run(
        *(tmp_path, "retrieval", "set", "--json", "report.json", "--html", "report.html"),
        MUREUM_APP_RERANKER="word-overlap",
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["sets"]["set"]
    assert set(found["legs"]) == {"bm25", "dense", "fused", "reranked"}
    assert [(c["leg"], c["against"]) for c in found["comparisons"]][1] == ("reranked", "fused")
    assert "reranked against fused" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_an_ablation_searches_without_parents_and_with_hyde(tmp_path: Path) -> None:
    write_set(tmp_path / "set")
    done = run(
        *(tmp_path, "retrieval", "set", "--ablation", "--json", "report.json"),
        *("--html", "report.html"),
        MUREUM_LLM_BACKEND="scripted",
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["sets"]["set"]
    assert list(found["legs"]) == ["bm25", "dense", "children", "fused", "hyde"]
    pairs = [(one["leg"], one["against"]) for one in found["comparisons"]][1:]
    assert pairs == [("fused", "children"), ("hyde", "fused")]
    assert found["imagined"] == {"model": "scripted", "questions": 3}
    assert "+ HyDE" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_kept_index_gives_the_same_figures_again(tmp_path: Path) -> None:
    write_set(tmp_path / "set")
    reports = []
    for _ in range(2):
        done = run(tmp_path, "retrieval", "set", "--index", "kept", "--json", "report.json")
        assert done.returncode == 0, done.stderr
        reports.append((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert reports[0] == reports[1]
    assert (tmp_path / "kept" / "set" / "index").is_dir()


def test_without_a_kept_index_nothing_is_left_behind(tmp_path: Path) -> None:
    write_set(tmp_path / "set")
    (tmp_path / "temporary").mkdir()
    done = run(tmp_path, "retrieval", "set", TMPDIR=str(tmp_path / "temporary"))
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "temporary").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set", "temporary"]


def test_the_oracle_prints_the_overlap(tmp_path: Path) -> None:
    write_set(tmp_path / "set")
    done = run(tmp_path, "oracle", "set")
    assert done.returncode == 0, done.stderr
    assert "overlap by 1.0000 on average over 3 queries" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "a command is needed: "),
        (["guess"], "invalid choice: 'guess'"),
        (["retrieval"], "DIR"),
        (["retrieval", "nowhere"], "there is no folder nowhere"),
        (["retrieval", "set", "--limit", "0"], "a whole number from 1 is needed"),
        (["retrieval", "set", "--json", "nowhere/report.json"], "no file can be written to"),
    ],
)
@pytest.mark.usefixtures("here")
def test_wrong_usage_exits_with_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["set", "--queries", "none.jsonl"], "no queries file none.jsonl; set has queries.jsonl"),
        (["set", "other/set"], "Two folders are named set"),
        (["empty"], "corpus.jsonl cannot be read"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_set_that_cannot_be_measured_exits_with_1_and_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(Path("other") / "set")
    Path("empty").mkdir()
    assert main(["retrieval", *arguments]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
