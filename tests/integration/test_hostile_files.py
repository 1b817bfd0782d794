"""Files made to harm: each ends with its reason, within its limits, and the others are read."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from index.analyzer import WhitespaceAnalyzer
from index.embedder.hashing import HashingEmbedder
from index.memory import InMemoryIndex
from ingest.isolation.limits import Isolation, ParseLimits, can_isolate
from ingest.reading import ReadingOptions
from ingest.report import FileReport, Outcome, RunReport
from ingest.run import RunOptions, ingest
from tests import hostile_files
from tests.hostile_loaders import LOADERS
from tests.sample_files import docx_file, pdf_file

REPOSITORY = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not can_isolate(), reason="this system cannot fork")
LIMITS = ParseLimits(seconds=10, memory_bytes=300_000_000, text_bytes=5_000_000)
LONGEST_SECONDS = 300
READ = ""
OUTSIDE = "바깥에만있는글"
MANY = 30_000

GOOD = {"a-good.md": "첫 번째 글입니다.", "z-good.txt": "마지막 글입니다."}
NESTED = b"<table><tr><td><b>" * 100_000 + "글".encode()
WORD, PDF = docx_file(("Normal", "글")), pdf_file([(10, "안녕")])
OWN: dict[str, tuple[bytes, set[str]]] = {
    "crash.crash": (b"SIGSEGV", {"malformed"}),
    "hang.hang": (b"600", {"timeout"}),
    "spin.spin": (b"on", {"timeout"}),
    "eat.eat": (b"all", {"too_large"}),
    "pour.pour": (b"on", {"too_large"}),
    "flood.flood": (b"1000000", {"too_large"}),
}
BUILT: dict[str, tuple[bytes | Callable[[], bytes], set[str]]] = {
    "deep.html": (b"<div>" * 100_000 + "글".encode(), {"malformed", "empty", READ}),
    "deep-tables.html": (NESTED, {"malformed", "empty", READ}),
    "deep-quotes.md": (b"> " * MANY + b"x", {READ}),
    "brackets.md": (b"[" * MANY, {READ, "timeout"}),
    "stars.md": (b"*a **b " * MANY, {READ, "timeout"}),
    "comments.md": (b"<!--" * MANY, {READ}),
    "open-code.md": (b"`a" * MANY + b"<!-- x -->", {READ, "timeout"}),
    "marks.txt": (("a" + "\u0301\u0327" * 300_000).encode(), {"timeout"}),
    "one-word.txt": (b"a" * 1_000_000, {READ}),
    "pdf.docx": (PDF, {"malformed"}),
    "word.md": (WORD, {"malformed"}),
    "word.pdf": (WORD, {"malformed"}),
    "program.txt": (b"\x7fELF" + bytes(range(256)) * 100, {"malformed"}),
    "both.pdf": (hostile_files.polyglot, {READ}),
    "both.docx": (hostile_files.polyglot, {READ}),
    "cut.docx": (WORD[:2_000], {"malformed"}),
    "cut.pdf": (PDF[:150], {"malformed"}),
    "empty.txt": (b"", {"empty"}),
    "empty.pdf": (b"", {"empty"}),
    "deep.pdf": (hostile_files.deep_pdf, {"malformed", "empty"}),
    "crowded.pdf": (hostile_files.crowded_pdf, {"malformed"}),
    "bomb.pdf": (hostile_files.pdf_bomb, {"too_large", "timeout"}),
    "lying.docx": (hostile_files.lying_bomb, {"malformed", "too_large"}),
    "laughs.docx": (hostile_files.billion_laughs, {"malformed"}),
    "climbing.docx": (hostile_files.climbing_names, {READ}),
    **{f"flat{kind}": (hostile_files.flat_bomb, {"too_large"}) for kind in (".docx", ".xlsx")},
    **{
        f"nested{kind}": (hostile_files.nested_bomb, {"malformed"})
        for kind in hostile_files.ARCHIVES
    },
    **{
        f"overlapping{kind}": (hostile_files.overlapping_bomb, {"malformed", "too_large"})
        for kind in hostile_files.ARCHIVES
    },
    **OWN,
}
SPARSE = {"zeros.txt": {"too_large"}, "zeros.html": {"too_large"}, "zeros.docx": {"too_large"}}
EXTERNAL = {"file.docx", "page.docx", "file.html"}


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a run over all of them reported, stored and fetched, and how long it took."""

    report: RunReport
    index: InMemoryIndex
    fetched: list[str]
    seconds: float
    folder: Path

    def of(self, name: str) -> FileReport:
        return next(file for file in self.report.files if file.source == f"docs/{name}")


@pytest.fixture(scope="module")
def fetched() -> Iterator[tuple[str, list[str]]]:
    """The address of a server, and the paths that were asked of it."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(404)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/secret", paths
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def aftermath(
    tmp_path_factory: pytest.TempPathFactory, fetched: tuple[str, list[str]]
) -> Aftermath:
    base = tmp_path_factory.mktemp("hostile")
    folder = base / "docs"
    folder.mkdir()
    write_all(folder, fetched[0])
    index = InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())
    reading = ReadingOptions(loaders=LOADERS, isolation=Isolation(2, LIMITS))
    started = time.monotonic()
    report = ingest(index, RunOptions([folder], base, reading=reading), lambda _: None)
    return Aftermath(report, index, fetched[1], time.monotonic() - started, folder)


def write_all(folder: Path, address: str) -> None:
    for name, text in GOOD.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, (content, _) in BUILT.items():
        (folder / name).write_bytes(content() if callable(content) else content)
    for name in SPARSE:
        hostile_files.zeros(folder / name, 400_000_000)
    secret = folder.parent / "secret.txt"
    secret.write_text(OUTSIDE, encoding="utf-8")
    (folder / "file.docx").write_bytes(hostile_files.external_entity(secret.as_uri()))
    (folder / "page.docx").write_bytes(hostile_files.external_entity(address))
    page = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]><p>앞 &x; 뒤</p>'
    frame = f'<iframe src="{address}"></iframe><link rel="stylesheet" href="{address}">'
    (folder / "file.html").write_text(page + frame, encoding="utf-8")
    (folder / "link.txt").symlink_to(secret)
    (folder / "folder").symlink_to(folder.parent)


@pytest.mark.parametrize("name", BUILT)
def test_each_ends_with_its_reason(aftermath: Aftermath, name: str) -> None:
    reported = aftermath.of(name)
    assert reported.reason in BUILT[name][1], reported
    assert (reported.outcome is Outcome.FAILED) == bool(reported.reason)
    assert bool(reported.message) == bool(reported.reason)


@pytest.mark.parametrize("name", SPARSE)
def test_a_huge_file_is_not_read(aftermath: Aftermath, name: str) -> None:
    assert aftermath.of(name).reason in SPARSE[name]


@pytest.mark.parametrize("name", GOOD)
def test_the_run_goes_on_with_the_others(aftermath: Aftermath, name: str) -> None:
    assert aftermath.of(name).outcome is Outcome.ADDED


def test_nothing_was_fetched(aftermath: Aftermath) -> None:
    assert all(aftermath.of(name) for name in EXTERNAL)
    assert aftermath.fetched == []


def test_nothing_outside_the_folder_was_read(aftermath: Aftermath) -> None:
    texts = stored_texts(aftermath.index)
    assert any("첫 번째 글" in text for text in texts)
    assert not any(OUTSIDE in text for text in texts)
    assert not any("link.txt" in file.source for file in aftermath.report.files)
    assert not any("docs/folder" in file.source for file in aftermath.report.files)


def test_nothing_was_written_beside_the_folder(aftermath: Aftermath) -> None:
    assert sorted(path.name for path in aftermath.folder.parent.iterdir()) == ["docs", "secret.txt"]
    assert not list(aftermath.folder.glob("**/climbed.txt"))
    assert not Path("/climbed.txt").exists()


def test_a_file_that_is_two_things_is_read_as_what_its_name_says(aftermath: Aftermath) -> None:
    texts = stored_texts(aftermath.index)
    assert sum("나는 PDF이다" in text for text in texts) == 1
    assert sum("나는 워드 문서다" in text for text in texts) == 1


def test_the_whole_run_takes_little_time(aftermath: Aftermath) -> None:
    assert aftermath.seconds < LONGEST_SECONDS


def test_every_failure_is_remembered_with_its_reason(aftermath: Aftermath) -> None:
    failed = {file.source: file.reason for file in aftermath.report.files if file.reason}
    assert {f.source: f.reason for f in aftermath.index.failures()} == failed


def stored_texts(index: InMemoryIndex) -> list[str]:
    with index.snapshot() as snapshot:
        documents = snapshot.documents(limit=1_000).documents
        return [snapshot.text(document.document_id) for document in documents]


def test_status_lists_what_failed_and_only_a_request_reads_it_again(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for name, (content, _) in OWN.items():
        (tmp_path / "docs" / name).write_bytes(content)
    (tmp_path / "docs" / "good.md").write_text("좋은 글입니다.", encoding="utf-8")
    assert run(tmp_path, "docs", MUREUM_INGEST_PARSE_SECONDS="1").returncode == 1
    status = run(tmp_path, "status").stdout
    assert "documents     1" in status
    for name, (_, reasons) in OWN.items():
        assert any(f"{reason}: docs/{name}: " in status for reason in reasons), status
    again, on_request = seconds_of(tmp_path, "docs"), seconds_of(tmp_path, "docs", "--retry-failed")
    assert again < on_request
    assert on_request > 1


def seconds_of(folder: Path, *arguments: str) -> float:
    """Return how long a run took by its own clock."""
    report = folder / "report.json"
    run(folder, *arguments, "--json", str(report), MUREUM_INGEST_PARSE_SECONDS="1")
    seconds = json.loads(report.read_text(encoding="utf-8"))["seconds"]
    return float(seconds)


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    own = {
        "PYTHONPATH": str(REPOSITORY),
        "MUREUM_EMBEDDER": "hashing",
        "MUREUM_INGEST_LOADERS": json.dumps(LOADERS),
        "MUREUM_INGEST_PARSE_MEMORY_BYTES": "200000000",
        "MUREUM_INGEST_MAX_TEXT_BYTES": "1000000",
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-m", "ingest", *arguments],
        cwd=folder,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
