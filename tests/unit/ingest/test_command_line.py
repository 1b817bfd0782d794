"""``python -m ingest`` as a person runs it, with the embedder that needs no model."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.uploads.sqlite import SqliteUploads
from tests.worker_processes import hand_over

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "휴가.md").write_text("# 휴가\n\n연차는 15일입니다.\n", encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ingest", *arguments],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def environment(**settings: str) -> dict[str, str]:
    own = {"PYTHONPATH": str(REPOSITORY), "MUREUM_EMBEDDER": "hashing", **settings}
    return {**os.environ, **own}


def test_a_good_folder_exits_with_0_and_writes_a_report(folder: Path) -> None:
    done = run(folder, "docs", "--json", "report.json")
    assert done.returncode == 0, done.stderr
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["files"]["added"] == 1
    assert report["details"][0]["source"] == "docs/휴가.md"
    assert "added" in done.stdout


def test_a_file_that_fails_exits_with_1_and_is_listed_by_status(folder: Path) -> None:
    (folder / "docs" / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    assert run(folder, "docs").returncode == 1
    status = run(folder, "status")
    assert status.returncode == 0
    assert "malformed: docs/broken.pdf" in status.stdout


def test_doctor_finds_nothing_wrong_and_repairs(folder: Path) -> None:
    run(folder, "docs")
    assert "Nothing is wrong." in run(folder, "doctor").stdout
    (folder / "data" / "index" / "lexical" / "meta.json").write_text("{}")
    assert run(folder, "doctor").returncode == 1
    repaired = run(folder, "doctor", "--repair")
    assert (repaired.returncode, "Nothing is wrong." in repaired.stdout) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "there is no file or folder nowhere"),
        ([], "PATH"),
        (["docs", "--unknown"], "--unknown"),
        (["doctor", "docs"], "docs"),
        (["docs", "--watch", "--dry-run"], "--watch never ends: run --dry-run without it"),
        (["docs", "--watch", "--rebuild"], "--watch never ends: run --rebuild without it"),
        (["docs", "--watch", "--json", "report.json"], "run --json without it"),
        (["--watch"], "PATH"),
        (["docs", "--group", "a b"], "cannot be the name of a group"),
        (["docs", "--group", "hr", "--public"], "not allowed with"),
        (["docs", "docs/휴가.md", "--watch"], "--watch needs folders"),
    ],
)
def test_wrong_usage_exits_with_2(folder: Path, arguments: list[str], message: str) -> None:
    done = run(folder, *arguments)
    assert done.returncode == 2
    assert message in done.stderr


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"MUREUM_DATA_DRI": "x"}, "Did you mean MUREUM_DATA_DIR?"),
        ({"MUREUM_INGEST_CHILD_TOKENS": "many"}, "MUREUM_INGEST_CHILD_TOKENS"),
        ({"MUREUM_EMBEDDER": "no/such-model"}, "MUREUM_EMBEDDER"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(
    folder: Path, settings: dict[str, str], message: str
) -> None:
    done = run(folder, "docs", **settings)
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_rebuild_without_a_path_converts_what_is_stored(folder: Path) -> None:
    run(folder, "docs")
    (folder / "docs" / "휴가.md").unlink()
    done = run(folder, "--rebuild")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nothing is wrong." in run(folder, "doctor").stdout


def test_groups_are_given_and_never_taken_away_unasked(folder: Path) -> None:
    assert run(folder, "docs", "--group", "HR", "--group", "법무").returncode == 0
    assert "1 documents for groups only: hr 1, 법무 1" in run(folder, "status").stdout
    for command in (["docs", "--rebuild"], ["docs", "--watch"]):
        refused = run(folder, *command)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "docs holds documents for groups (hr, 법무)" in refused.stderr
        assert "--group NAME" in refused.stderr
        assert "--public" in refused.stderr
    assert run(folder, "docs", "--public").returncode == 0


def test_status_without_an_index_names_the_command(folder: Path) -> None:
    done = run(folder, "status")
    assert done.returncode == 1
    assert "python -m ingest" in done.stderr


def test_two_writers_at_once_are_told_apart(folder: Path) -> None:
    for number in range(12_000):
        (folder / "docs" / f"{number}.txt").write_text(f"문서 {number} 의 내용입니다.")
    first = subprocess.Popen(
        [sys.executable, "-m", "ingest", "docs"],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
    )
    try:
        lock = folder / "data" / "index" / "store.sqlite3"
        deadline = time.monotonic() + 60
        while not lock.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        second = run(folder, "docs")
    finally:
        first.send_signal(signal.SIGINT)
        first.wait(60)
    assert second.returncode == 1
    assert "Another process is writing" in second.stderr
    assert first.returncode == 130
    assert "Nothing is wrong." in run(folder, "doctor").stdout


def test_a_backup_is_made_and_restored(folder: Path) -> None:
    run(folder, "docs")
    made = run(folder, "backup", "a.backup")
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.startswith("a.backup: 1 documents at revision 1, 0 uploaded files,")

    refused = run(folder, "restore", "a.backup")
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert refused.stderr.count("\n") == 1

    restored = run(folder, "restore", "a.backup", "--replace")
    assert (restored.returncode, restored.stderr) == (0, "")
    assert restored.stdout == "Restored 1 documents; the index is at revision 2.\n"
    assert "Nothing is wrong." in run(folder, "doctor").stdout


@pytest.mark.parametrize(
    "arguments",
    [["backup"], ["backup", "nowhere/a.backup"], ["backup", "docs"], ["restore", "nowhere"]],
)
def test_a_backup_without_a_place_is_wrong_usage(folder: Path, arguments: list[str]) -> None:
    assert run(folder, *arguments).returncode == 2


def test_a_foreign_file_is_one_clear_line(folder: Path) -> None:
    done = run(folder, "restore", "docs/휴가.md")
    assert done.returncode == 1
    assert "is no backup made by: python -m ingest backup FILE" in done.stderr
    assert done.stderr.count("\n") == 1


def test_all_that_failed_is_read_again_without_naming_it(folder: Path) -> None:
    (folder / "docs" / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    assert run(folder, "docs").returncode == 1
    again = run(folder, "--retry-failed", "--json", "report.json")
    assert again.returncode == 1
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [(d["source"], d["outcome"]) for d in report["details"]] == [
        ("docs/broken.pdf", "failed")
    ]
    assert sum(report["files"].values()) == 1


def test_doctor_has_uploads_read_again_that_the_index_lacks(folder: Path) -> None:
    with SqliteUploads(folder / "data") as queue:
        hand_over(queue, "guide.txt", "연차는 15일입니다.".encode())
        (job,) = queue.claim(1, 60)
        queue.finish(job.job_id, "added")
        run(folder, "docs")
        told = run(folder, "doctor")
        assert told.returncode == 1
        assert "1 that the index does not hold" in told.stdout
        repaired = run(folder, "doctor", "--repair")
        assert "1 uploads wait to be read again" in repaired.stdout
        assert repaired.returncode == 0
        assert [each.source for each in queue.claim(9, 60)] == ["uploads/guide.txt"]
