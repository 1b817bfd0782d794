"""Readers, writers and a service at work on one index at the same time, in several processes."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from eval.bench.generated import questions, write_first_edition, write_second_edition
from eval.bench.killing import Workspace, ingest_process, wait_for_work
from eval.bench.server import Call, keep_calling, running_server
from eval.bench.settings import child_environment
from index.analyzer import KoreanEnglishAnalyzer
from index.base import Snapshot
from index.embedded.index import EmbeddedIndex
from index.embedder.base import TextKind
from index.embedder.hashing import HashingEmbedder
from index.models import Passage
from tests.searching import passages_of

DOCUMENTS = 40
QUESTION = questions(1, 1)[0]

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A finished index of one edition."""
    place = Workspace(tmp_path_factory.mktemp("finished"))
    write_first_edition(place.documents, DOCUMENTS)
    assert ingest_process(place).wait() == 0
    return place


@pytest.fixture
def workspace(finished: Workspace, tmp_path: Path) -> Workspace:
    """The index of the first edition beside the files of the second."""
    place = Workspace(tmp_path)
    shutil.copytree(finished.data, place.data)
    write_second_edition(place.documents, DOCUMENTS)
    return place


@pytest.fixture
def start(workspace: Workspace) -> Iterator[Start]:
    """What starts an ingest of the second edition; it ends with the test at the latest."""
    started: list[subprocess.Popen[bytes]] = []

    def start_one() -> "subprocess.Popen[bytes]":
        started.append(ingest_process(workspace))
        return started[-1]

    yield start_one
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def analyzer() -> KoreanEnglishAnalyzer:
    return KoreanEnglishAnalyzer()


def opened(workspace: Workspace, analyzer: KoreanEnglishAnalyzer) -> EmbeddedIndex:
    return EmbeddedIndex(workspace.index, HashingEmbedder(), analyzer)


def look(index: EmbeddedIndex) -> int:
    """Search with both legs, check what is stored under the hits, and return the revision."""
    vector = index.embedder.encode([QUESTION], TextKind.QUERY)[0]
    with index.snapshot() as snapshot:
        words = snapshot.search_lexical(QUESTION, 20)
        assert_whole(snapshot, passages_of(snapshot, words, vector))
        assert_whole(snapshot, passages_of(snapshot, snapshot.search_dense(vector, 20), vector))
        return snapshot.revision


def assert_whole(snapshot: Snapshot, passages: list[Passage]) -> None:
    assert passages
    for passage in passages:
        text = snapshot.text(passage.document.document_id, passage.start, passage.end)
        assert text == passage.text


def in_threads(count: int, work: Callable[[], None]) -> list[BaseException]:
    """Return what went wrong in any of the threads."""
    wrong: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:  # it belongs to the test, which runs in another thread
            wrong.append(error)

    threads = [threading.Thread(target=guarded) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_readers_see_whole_documents_and_growing_revisions_while_another_process_ingests(
    workspace: Workspace, start: Start, analyzer: KoreanEnglishAnalyzer
) -> None:
    with opened(workspace, analyzer) as index:
        before = look(index)
        process = start()

        def read() -> None:
            seen = before
            while process.poll() is None:
                revision = look(index)
                assert revision >= seen
                seen = revision

        assert in_threads(4, read) == []
        assert process.wait() == 0
        assert look(index) > before


def test_an_index_can_be_opened_at_any_moment_of_an_ingest(
    workspace: Workspace, start: Start, analyzer: KoreanEnglishAnalyzer
) -> None:
    process = start()
    wait_for_work(workspace, process)
    times = 0
    while process.poll() is None:
        with opened(workspace, analyzer) as index:
            look(index)
        times += 1

    assert process.wait() == 0
    assert times > 0


def test_an_ingest_is_told_that_somebody_else_writes_and_waits_for_its_turn(
    workspace: Workspace, analyzer: KoreanEnglishAnalyzer
) -> None:
    with opened(workspace, analyzer) as index, index.writer():
        second = subprocess.Popen(
            [sys.executable, "-m", "ingest", str(workspace.documents)],
            cwd=workspace.folder,
            env=child_environment({"DATA_DIR": str(workspace.data), "EMBEDDER": "hashing"}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert second.stderr is not None
        told = second.stderr.readline()
        still_waits = second.poll() is None

    assert "Another process is writing" in told
    assert still_waits
    assert second.communicate(timeout=60)[1] == ""
    assert second.returncode == 0


def test_the_service_answers_every_call_while_another_process_ingests(
    workspace: Workspace, start: Start
) -> None:
    with running_server(workspace) as server:
        process = start()
        calls = [Call("/search", {"query": QUESTION}), Call("/health")]
        replies = keep_calling(server.port, [calls] * 5, lambda: process.poll() is None)

    assert process.wait() == 0
    assert {reply.call.path for reply in replies} == {"/search", "/health"}
    assert {reply.status for reply in replies} == {200}
