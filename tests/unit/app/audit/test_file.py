"""The file of acts: whole lines, whoever else writes, whatever becomes of the file."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.audit import file as module
from app.audit.act import Act
from app.audit.file import AuditFile
from index.errors import SettingsError

WRITER = """
import sys
from pathlib import Path
from app.audit.act import Act
from app.audit.file import AuditFile
audit = AuditFile(Path(sys.argv[1]), with_text=True)
for number in range(300):
    audit.write(Act(sys.argv[2], question=str(number) * 200))
audit.close()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


@pytest.fixture
def audit(path: Path) -> Iterator[AuditFile]:
    audit = AuditFile(path, with_text=False)
    yield audit
    audit.close()


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_act_is_one_line_of_json(audit: AuditFile, path: Path) -> None:
    act = Act("ask", name="김\n민지\u2028", session_id="s", documents=["a", "b"], status=200)
    audit.write(act)
    audit.close()
    assert path.read_bytes().count(b"\n") == 1
    (line,) = lines(path)
    assert line["name"] == "김\n민지\u2028"
    assert (line["action"], line["status"], line["document_count"]) == ("ask", 200, 2)
    assert line["time"].endswith("Z")
    assert path.stat().st_mode & 0o077 == 0


def test_words_are_written_only_where_that_is_wanted(path: Path) -> None:
    act = Act("ask", question="비밀 질문", answer="비밀 답")
    for with_text in (False, True):
        audit = AuditFile(path, with_text=with_text)
        audit.write(act)
        audit.close()
    without, with_words = lines(path)
    assert "비밀" not in json.dumps(without, ensure_ascii=False)
    assert (with_words["question"], with_words["answer"]) == ("비밀 질문", "비밀 답")


def test_what_was_there_stays(audit: AuditFile, path: Path) -> None:
    path.write_text('{"action": "older"}\n', encoding="utf-8")
    audit.write(Act("newer"))
    audit.close()
    assert [line["action"] for line in lines(path)] == ["older", "newer"]


def test_processes_write_whole_lines_into_one_file(path: Path) -> None:
    names = ["one", "two", "three"]
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen([*command, name]) for name in names]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    found = [(line["action"], line["question"][:1]) for line in lines(path)]
    assert len(found) == 900
    assert {action for action, _ in found} == set(names)


@pytest.mark.parametrize("gone", ["moved", "deleted", "emptied"])
def test_lines_go_on_after_the_file_was_rotated(audit: AuditFile, path: Path, gone: str) -> None:
    audit.write(Act("before"))
    audit._writer.submit(lambda: None).result()
    if gone == "moved":
        path.rename(path.with_suffix(".1"))
    elif gone == "deleted":
        path.unlink()
    else:
        os.truncate(path, 0)
    audit.write(Act("after"))
    audit.close()
    assert [line["action"] for line in lines(path)] == ["after"]
    if gone == "moved":
        assert [line["action"] for line in lines(path.with_suffix(".1"))] == ["before"]


def test_a_disk_that_fails_loses_acts_and_says_so_once_in_a_while(
    audit: AuditFile, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(file: int, line: bytes) -> int:
        del file, line
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(module.os, "write", full)
        for _ in range(50):
            audit.write(Act("lost"))
        audit._writer.submit(lambda: None).result()
    audit.write(Act("kept"))
    audit.close()
    assert [line["action"] for line in lines(path)] == ["kept"]
    assert [record.message for record in caplog.records] == [
        f"1 acts are not in the audit file {path}: No space left on device"
    ]


def test_a_line_that_was_cut_off_does_not_spoil_the_next_one(
    audit: AuditFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr(module.os, "write", lambda file, line: write(file, line[:20]))
        audit.write(Act("cut"))
        audit._writer.submit(lambda: None).result()
    audit.write(Act("whole"))
    audit.close()
    cut, whole = path.read_text(encoding="utf-8").splitlines()
    assert len(cut) == 20
    assert json.loads(whole)["action"] == "whole"


def test_acts_that_wait_are_bounded(
    audit: AuditFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_WAITING", 0)
    audit.write(Act("lost"))
    monkeypatch.setattr(module, "_MOST_WAITING", 1)
    audit.write(Act("kept"))
    audit.close()
    assert [line["action"] for line in lines(path)] == ["kept"]


def test_a_file_that_cannot_be_opened_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="MUREUM_APP_AUDIT_FILE"):
        AuditFile(tmp_path / "nowhere" / "audit.jsonl", with_text=False)
