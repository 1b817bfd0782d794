"""Runs of the ingestion over real folders, into an index in memory."""

import errno
import os
import threading
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.analyzer import WhitespaceAnalyzer
from index.embedder.hashing import HashingEmbedder
from index.errors import IndexLockedError
from index.memory import InMemoryIndex
from index.models import Failure
from ingest.discovery import FoundFile
from ingest.document import LoadedDocument
from ingest.loaders.base import Loader
from ingest.loaders.pdf import PdfLoader
from ingest.reading import ReadingOptions
from ingest.report import FileReport, Outcome, RunReport
from ingest.run import RunOptions, count_files, ingest
from tests.documents import chunked
from tests.sample_files import pdf_file

Run = Callable[..., RunReport]

IN_THIS_PROCESS = ReadingOptions(isolation=None)

HANDBOOK = "# 안내서\n\n" + "\n\n".join(
    f"{number}번째 규칙입니다. 회의실은 {number}층에서 예약합니다. " * 3 for number in range(40)
)


@pytest.fixture
def index() -> InMemoryIndex:
    return InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "en").mkdir(parents=True)
    (folder / "안내서.md").write_text(HANDBOOK, encoding="utf-8")
    (folder / "en" / "travel.txt").write_text("Flights are booked by the office.")
    (folder / "logo.png").write_bytes(b"\x89PNG\r\n")
    return folder


@pytest.fixture
def run(index: InMemoryIndex, docs: Path) -> Run:
    def once(*paths: Path, **options: object) -> RunReport:
        chosen = RunOptions(paths or (docs,), docs.parent, reading=IN_THIS_PROCESS, **options)  # type: ignore[arg-type]
        return ingest(index, chosen, lambda _: None)

    return once


def failure(source: str) -> Failure:
    return Failure(source, "malformed", "It is broken.", "", datetime.now(UTC))


def outcomes(report: RunReport) -> dict[str, Outcome]:
    return {file.source: file.outcome for file in report.files}


def sources(index: InMemoryIndex) -> list[str]:
    with index.snapshot() as snapshot:
        return [record.source for record in snapshot.documents(limit=100).documents]


def test_a_folder_is_read_and_what_no_loader_reads_is_skipped(run: Run) -> None:
    report = run()
    assert outcomes(report) == {
        "docs/안내서.md": Outcome.ADDED,
        "docs/en/travel.txt": Outcome.ADDED,
        "docs/logo.png": Outcome.SKIPPED,
    }
    assert report.embedded == sum(file.added for file in report.files) > 2


def test_the_second_run_reads_nothing(run: Run) -> None:
    run()
    report = run()
    assert report.count(Outcome.UNCHANGED) == 2
    assert report.embedded == 0


def test_an_edited_paragraph_embeds_few_chunks(run: Run, docs: Path) -> None:
    run()
    edited = HANDBOOK.replace("회의실은 17층에서", "회의실은 옥상에서")
    (docs / "안내서.md").write_text(edited, encoding="utf-8")
    report = run()
    changed = next(file for file in report.files if file.outcome is Outcome.CHANGED)
    assert 1 <= changed.embedded <= 3
    assert changed.kept > 5 * changed.embedded


def test_prune_removes_what_is_gone_below_the_path_only(
    run: Run, docs: Path, index: InMemoryIndex
) -> None:
    run()
    (docs / "en" / "travel.txt").unlink()
    (docs / "안내서.md").unlink()
    assert run().count(Outcome.REMOVED) == 0
    assert outcomes(run(docs / "en", prune=True)) == {"docs/en/travel.txt": Outcome.REMOVED}
    assert sources(index) == ["docs/안내서.md"]


def test_prune_of_the_base_keeps_what_lies_outside(
    run: Run, docs: Path, index: InMemoryIndex, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "outside.txt"
    outside.write_text("Another team's rules.")
    run(docs, outside)
    (docs / "안내서.md").unlink()
    assert outcomes(run(docs.parent, prune=True))["docs/안내서.md"] is Outcome.REMOVED
    assert sources(index) == [outside.as_posix(), "docs/en/travel.txt"]


def test_a_run_of_some_files_looks_at_them_only(run: Run, docs: Path, index: InMemoryIndex) -> None:
    run()
    (docs / "en" / "travel.txt").unlink()
    (docs / "안내서.md").unlink()
    (docs / "new.txt").write_text("Trains are booked by the office.")
    (docs / "other.txt").write_text("Nobody asked about this.")
    names = ("docs/en/travel.txt", "docs/new.txt", "docs/logo.png", "docs/.hidden.txt")
    only = [FoundFile(docs.parent / name, name) for name in names]
    report = run(only=only, prune=True)
    assert outcomes(report) == {
        "docs/new.txt": Outcome.ADDED,
        "docs/logo.png": Outcome.SKIPPED,
        "docs/en/travel.txt": Outcome.REMOVED,
    }
    assert sources(index) == ["docs/new.txt", "docs/안내서.md"]


def test_prune_keeps_what_lies_in_a_folder_that_cannot_be_listed(
    run: Run, index: InMemoryIndex, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    scandir = os.scandir

    def refuse(path: str) -> object:
        if Path(path).name == "en":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (docs / "안내서.md").unlink()
    told = {file.source: file for file in run(prune=True).files}
    assert told["docs/en"].outcome is Outcome.FAILED
    assert "Its documents are kept" in told["docs/en"].message
    assert told["docs/안내서.md"].outcome is Outcome.REMOVED
    assert set(index.fingerprints()) == {"docs/en/travel.txt"}


@pytest.mark.parametrize("below", [".", "uploads"])
def test_prune_never_removes_what_was_handed_over(
    run: Run, docs: Path, index: InMemoryIndex, below: str
) -> None:
    run()
    (docs.parent / "uploads").mkdir()
    with index.writer() as writer:
        writer.put([chunked("uploads/report.pdf", ["Handed over to the service."])])
        writer.record_failures([failure("uploads/broken.pdf")])
        writer.publish()
    report = run(docs.parent / below, prune=True)
    assert report.count(Outcome.REMOVED) == 0
    assert "uploads/report.pdf" in sources(index)
    assert [known.source for known in index.failures()] == ["uploads/broken.pdf"]


def test_a_run_waits_for_its_turn_to_write(
    run: Run, index: InMemoryIndex, caplog: pytest.LogCaptureFixture
) -> None:
    other = index.writer()
    closing = threading.Timer(0.3, other.close)
    closing.start()
    assert run(patience_seconds=30.0).count(Outcome.ADDED) == 2
    closing.join()
    assert [message for message in caplog.messages if "waiting up to 30 s" in message] == [
        "Another process is writing to the index; waiting up to 30 s."
    ]


def test_a_run_does_not_wait_longer_than_it_should(run: Run, index: InMemoryIndex) -> None:
    with index.writer(), pytest.raises(IndexLockedError):
        run(patience_seconds=0.2)


def test_prune_forgets_the_failure_of_a_file_that_is_gone(
    run: Run, docs: Path, index: InMemoryIndex
) -> None:
    (docs / "broken.pdf").write_bytes(b"not a pdf")
    assert run().count(Outcome.FAILED) == 1
    assert [failure.source for failure in index.failures()] == ["docs/broken.pdf"]
    (docs / "broken.pdf").unlink()
    run(prune=True)
    assert index.failures() == []


def test_a_dry_run_tells_and_writes_nothing(run: Run, index: InMemoryIndex) -> None:
    report = run(dry_run=True)
    assert report.count(Outcome.ADDED) == 2
    assert report.dry
    assert sources(index) == []


def test_a_dry_run_tells_what_prune_would_remove(
    run: Run, docs: Path, index: InMemoryIndex
) -> None:
    run()
    (docs / "안내서.md").unlink()
    assert run(dry_run=True, prune=True).count(Outcome.REMOVED) == 1
    assert "docs/안내서.md" in sources(index)


def test_a_file_that_breaks_keeps_its_older_version(
    run: Run, docs: Path, index: InMemoryIndex
) -> None:
    run()
    (docs / "en" / "travel.txt").write_bytes(b"\x00\x01\x02\xff" * 100)
    report = run()
    assert outcomes(report)["docs/en/travel.txt"] is Outcome.FAILED
    assert "docs/en/travel.txt" in sources(index)
    assert index.failures()[0].reason == "malformed"


@pytest.fixture
def broken(docs: Path) -> Path:
    path = docs / "broken.pdf"
    path.write_bytes(b"not a pdf")
    return path


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that loaders were asked to read, in order."""
    names: list[str] = []
    load = Loader.load

    def counted(loader: Loader, content: bytes, name: str) -> LoadedDocument:
        names.append(name)
        return load(loader, content, name)

    monkeypatch.setattr(Loader, "load", counted)
    return names


def test_a_failed_file_is_reported_again_and_not_read_again(
    run: Run, broken: Path, parsed: list[str], index: InMemoryIndex
) -> None:
    first = run()
    failed_at = index.failures()[0].failed_at
    again = run()
    assert parsed.count(broken.name) == 1
    reports = [next(file for file in report.files if file.reason) for report in (first, again)]
    assert reports[0] == reports[1]
    assert reports[0].outcome is Outcome.FAILED
    assert [failure.failed_at for failure in index.failures()] == [failed_at]


def test_a_failed_file_is_read_again_when_it_has_changed(
    run: Run, broken: Path, parsed: list[str], index: InMemoryIndex
) -> None:
    run()
    broken.write_bytes(b"not a pdf either")
    run()
    assert parsed.count(broken.name) == 2
    broken.write_bytes(pdf_file([(10, "고쳤다.")]))
    assert outcomes(run())["docs/broken.pdf"] is Outcome.ADDED
    assert index.failures() == []


def test_a_failed_file_is_read_again_when_its_loader_has_changed(
    run: Run, broken: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    monkeypatch.setattr(PdfLoader, "revision", PdfLoader.revision + 1)
    run()
    assert parsed.count(broken.name) == 2


@pytest.mark.parametrize("option", ["retry_failed", "rebuild"])
def test_a_failed_file_is_read_again_on_request(
    run: Run, broken: Path, parsed: list[str], option: str
) -> None:
    run()
    run(**{option: True})
    assert parsed.count(broken.name) == 2


def test_retrying_what_failed_reads_nothing_else(run: Run, broken: Path, parsed: list[str]) -> None:
    run()
    parsed.clear()
    assert run(retry_failed=True).count(Outcome.UNCHANGED) == 2
    assert parsed == [broken.name]


def test_a_file_that_is_again_what_is_stored_has_failed_no_more(
    run: Run, docs: Path, index: InMemoryIndex
) -> None:
    run()
    travel = docs / "en" / "travel.txt"
    before = travel.read_bytes()
    travel.write_bytes(b"\x00\x01\x02\xff" * 100)
    run()
    travel.write_bytes(before)
    report = run()
    assert (report.embedded, index.failures()) == (0, [])


def test_rebuild_reads_everything_again(run: Run) -> None:
    run()
    assert run(rebuild=True).count(Outcome.CHANGED) == 2


def test_tags_are_set_and_stay(run: Run, docs: Path, index: InMemoryIndex) -> None:
    run(tags=frozenset({"인사"}))
    (docs / "en" / "travel.txt").write_text("Trains are booked by the office.")
    run()
    with index.snapshot() as snapshot:
        tags = {record.tags for record in snapshot.documents(limit=9).documents}
    assert tags == {frozenset({"인사"})}


def test_symbolic_links_and_hidden_files_are_left_out(run: Run, docs: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret outside the folder")
    (docs / "link.txt").symlink_to(secret)
    (docs / "loop").symlink_to(docs)
    (docs / ".hidden.txt").write_text("hidden")
    assert set(outcomes(run())) == {"docs/안내서.md", "docs/en/travel.txt", "docs/logo.png"}


def test_folders_of_programs_are_left_out_unless_they_are_named(run: Run, docs: Path) -> None:
    for folder, mark in (
        ("node_modules/kit", ""),
        ("env", "pyvenv.cfg"),
        ("data", "store.sqlite3"),
    ):
        inside = docs / folder / "inner"
        inside.mkdir(parents=True)
        (inside / "README.md").write_text("# 라이브러리\n\n설명입니다.", encoding="utf-8")
        if mark:
            (docs / folder / mark).write_text("")
    assert not any("inner" in source for source in outcomes(run()))
    assert "docs/env/inner/README.md" in outcomes(run(docs / "env"))


def test_a_file_given_by_name_fails_when_no_loader_reads_it(run: Run, docs: Path) -> None:
    assert outcomes(run(docs / "logo.png")) == {"docs/logo.png": Outcome.FAILED}


def test_a_file_found_twice_is_read_once(run: Run, docs: Path) -> None:
    report = run(docs, docs / "en", docs / "en" / "travel.txt")
    assert len(report.files) == 3


def test_a_decomposed_name_is_the_same_source(run: Run, docs: Path) -> None:
    run()
    decomposed = docs / unicodedata.normalize("NFD", "안내서.md")
    (docs / "안내서.md").rename(decomposed)
    assert outcomes(run())["docs/안내서.md"] is Outcome.UNCHANGED


def test_a_file_over_the_limit_is_reported(index: InMemoryIndex, docs: Path) -> None:
    reading = ReadingOptions(max_file_bytes=100, isolation=None)
    options = RunOptions((docs,), docs.parent, reading=reading)
    report = ingest(index, options, lambda _: None)
    failed = next(file for file in report.files if file.outcome is Outcome.FAILED)
    assert (failed.source, failed.reason) == ("docs/안내서.md", "too_large")


def test_progress_is_told_of_every_file(index: InMemoryIndex, docs: Path) -> None:
    told: list[FileReport] = []
    options = RunOptions((docs,), docs.parent)
    report = ingest(index, options, told.append)
    assert told == list(report.files)
    assert len(told) == count_files(options)


def test_ten_thousand_small_files_are_listed_in_order(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"{number:05}.txt").touch()
    assert count_files(RunOptions((tmp_path,), tmp_path)) == 10_000
