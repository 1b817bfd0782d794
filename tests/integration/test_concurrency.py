"""Readers, writers and a service at work on one index at the same time, in several processes."""

import subprocess
import sys
import threading
from collections.abc import Callable
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

DOCUMENTS = 60
QUESTION = questions(1, 1)[0]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A finished index of one edition, with the files of the next one in place of its own."""
    place = Workspace(tmp_path)
    write_first_edition(place.documents, DOCUMENTS)
    assert ingest_process(place).wait() == 0
    place.documents.rename(tmp_path / "old")
    write_second_edition(place.documents, DOCUMENTS)
    return place


@pytest.fixture(scope="module")
def analyzer() -> KoreanEnglishAnalyzer:
    return KoreanEnglishAnalyzer()


def opened(workspace: Workspace, analyzer: KoreanEnglishAnalyzer) -> EmbeddedIndex:
    return EmbeddedIndex(workspace.index, HashingEmbedder(), analyzer)


def look(index: EmbeddedIndex) -> int:
    """Search with both legs, check what is stored under the hits, and return the revision."""
    vector = index.embedder.encode([QUESTION], TextKind.QUERY)[0]
    with index.snapshot() as snapshot:
        assert_whole(snapshot, snapshot.search_lexical(QUESTION, 20))
        assert_whole(snapshot, snapshot.search_dense(vector, 20))
        return snapshot.revision


def assert_whole(snapshot: Snapshot, candidates: list) -> None:
    passages = snapshot.passages([candidate.child_id for candidate in candidates])
    assert passages
    for passage in passages.values():
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
    workspace: Workspace, analyzer: KoreanEnglishAnalyzer
) -> None:
    with opened(workspace, analyzer) as index:
        before = look(index)
        process = ingest_process(workspace)

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
    workspace: Workspace, analyzer: KoreanEnglishAnalyzer
) -> None:
    process = ingest_process(workspace)
    wait_for_work(workspace, process)
    times = 0
    while process.poll() is None:
        with opened(workspace, analyzer) as index:
            look(index)
        times += 1

    assert process.wait() == 0
    assert times > 5


def test_a_second_ingest_is_told_that_the_first_one_writes(workspace: Workspace) -> None:
    first = ingest_process(workspace)
    wait_for_work(workspace, first)
    second = subprocess.run(
        [sys.executable, "-m", "ingest", str(workspace.documents)],
        cwd=workspace.folder,
        env=child_environment({"DATA_DIR": str(workspace.data), "EMBEDDER": "hashing"}),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (second.returncode, first.wait()) == (1, 0)
    assert "Another process is writing" in second.stderr
    assert len(second.stderr.splitlines()) == 1


def test_the_service_answers_every_call_while_another_process_ingests(
    workspace: Workspace,
) -> None:
    with running_server(workspace) as port:
        process = ingest_process(workspace)
        calls = [Call("/search", {"query": QUESTION}), Call("/health")]
        replies = keep_calling(port, [calls] * 5, lambda: process.poll() is None)

    assert process.wait() == 0
    assert {call.path for call in (reply.call for reply in replies)} == {"/search", "/health"}
    assert {reply.status for reply in replies} == {200}
