"""The command line, on a folder with files of several kinds."""

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.loaders.command import compared
from eval.loaders.oracles import Oracle
from eval.loaders.reading import FileOutcome
from ingest.discovery import FoundFile


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("eval.__main__.configure_native_libraries", lambda: None)
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "md/sources/whole.md": "# 휴가\n\n연차는 15일입니다.",
        "md/groundtruth/whole.md.md": "# 휴가\n\n연차는 15일입니다.",
        "html/sources/[b].html": "<p>연차는 열다섯 날입니다.</p><p>병가는 따로 있습니다.</p>",
        "html/groundtruth/[b].html.md": "연차는 열다섯 날입니다.",
        "letter.doc": "old",
        "broken.docx": "not a zip file",
    }.items():
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "files"


def test_every_file_is_read_and_compared_with_what_is_known(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = ["--json", "report.json", "--html", "report.html"]
    assert main(["loaders", str(folder), *written]) == 1
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert {name: row["ingested"] for name, row in report["formats"].items()} == {
        "doc": 0,
        "docx": 0,
        "html": 1,
        "md": 3,
    }
    assert report["files"]["broken.docx"]["ended"] == "malformed"
    assert report["files"]["letter.doc"]["ended"] == "unsupported"
    rows = {row["format"]: row for row in report["fidelity"]}
    assert (rows["md"]["median_recall"], rows["md"]["missed"]) == (1.0, [])
    assert rows["html"]["median_recall"] == 1.0
    assert rows["html"]["median_precision"] == pytest.approx(11 / 21, abs=1e-4)
    assert rows["html"]["missed"] == ["median_precision", "worst_precision"]
    assert "html/sources/[b].html" in capsys.readouterr().out
    page = Path("report.html").read_text(encoding="utf-8")
    assert "html/sources/[b].html" in page
    assert "연차" not in page + Path("report.json").read_text(encoding="utf-8")


def test_a_folder_without_files_is_an_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "none").mkdir()
    assert main(["loaders", str(folder / "none")]) == 1
    assert "There is no file in" in capsys.readouterr().err


def test_a_file_that_fails_has_lost_what_its_oracle_knows_unless_no_loader_reads_it() -> None:
    file = FoundFile(Path("a.docx"), "a.docx")
    oracle = Oracle("Docling", "text")
    failed = compared(file, FileOutcome("malformed", 1.0), oracle)
    unread = compared(file, FileOutcome("unsupported", 1.0), oracle)
    assert failed.fidelity is not None
    assert failed.fidelity.recall == 0.0
    assert unread.fidelity is None
    assert compared(file, FileOutcome("ingested", 1.0, "text"), None).fidelity is None


def test_a_file_without_a_suffix_has_a_row_too() -> None:
    file = FoundFile(Path("LICENSE"), "LICENSE")
    assert compared(file, FileOutcome("unsupported", 0.0), None).format == "(no suffix)"
