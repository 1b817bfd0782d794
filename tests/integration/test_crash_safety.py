"""What a crash leaves at each step of a commit, and at random moments of a real ingest."""

import logging
from pathlib import Path

import pytest

from eval.bench.crash import CrashPlan, crash
from index.analyzer import WhitespaceAnalyzer
from index.embedded import lexical, manifest
from index.embedded.index import EmbeddedIndex
from index.embedder.base import TextKind
from index.embedder.hashing import HashingEmbedder
from tests.documents import chunked
from tests.searching import passages_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "index"
    put(path, "회의실은 3층에 있습니다. ", "The server room is locked. ")
    return path


def opened(folder: Path) -> EmbeddedIndex:
    return EmbeddedIndex(folder, HashingEmbedder(), WhitespaceAnalyzer())


def put(folder: Path, *texts: str) -> None:
    with opened(folder) as index, index.writer() as writer:
        writer.put([chunked("방침.txt", *([text] for text in texts))])
        writer.publish()


def found(index: EmbeddedIndex, words: str) -> list[str]:
    with index.snapshot() as snapshot:
        vector = index.embedder.encode([words], TextKind.QUERY)[0]
        return [p.text for p in passages_of(snapshot, snapshot.search_lexical(words, 10), vector)]


def problems(folder: Path) -> list[str]:
    with opened(folder) as index:
        return [finding.message for finding in index.examine() if finding.problem]


def test_a_bm25_commit_that_a_crash_cut_off_is_made_again(folder: Path) -> None:
    files = [folder / lexical.FOLDER_NAME / lexical.META_NAME, folder / manifest.FILE_NAME]
    before = [file.read_bytes() for file in files]
    put(folder, "회의실은 3층에 있습니다. ", "The server room is open. ")
    for file, content in zip(files, before, strict=True):
        file.write_bytes(content)

    with opened(folder) as index:
        index.writer().close()
        assert found(index, "open.") == ["The server room is open. "]
        assert found(index, "locked.") == []
    assert problems(folder) == []


def test_readers_open_while_bm25_is_ahead_of_the_manifest(folder: Path) -> None:
    record = folder / manifest.FILE_NAME
    before = record.read_bytes()
    put(folder, "회의실은 3층에 있습니다. ", "The server room is open. ")
    record.write_bytes(before)

    with opened(folder) as index:
        assert found(index, "open.") == ["The server room is open. "]


def test_bm25_ahead_of_the_manifest_is_not_made_anew(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record = folder / manifest.FILE_NAME
    before = record.read_bytes()
    put(folder, "회의실은 3층에 있습니다. ", "The server room is open. ")
    record.write_bytes(before)

    with caplog.at_level(logging.WARNING), opened(folder) as index:
        index.writer().close()
    assert caplog.messages == []
    assert problems(folder) == []


def test_kills_at_random_moments_lose_and_double_nothing() -> None:
    report = crash(CrashPlan(kills=4, documents=40))

    assert sum(report.moments.values()) == 4
    assert report.problems == []
    assert report.unequal_answers == 0
