"""Backups, restores and conversions as programs: beside a service and an ingest, and killed."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from eval.bench.generated import questions, write_first_edition, write_second_edition
from eval.bench.killing import Workspace, ingest_process
from eval.bench.server import Call, keep_calling, make_call, running_server
from eval.bench.settings import child_environment
from index.analyzer import KoreanEnglishAnalyzer
from index.embedded.backup import back_up
from index.embedded.index import EmbeddedIndex
from index.embedded.side_store import SIDE_NAME
from index.embedder.hashing import HashingEmbedder
from tests.slow_embedder import DIMENSION, NAME

DOCUMENTS = 40
QUESTION = questions(1, 1)[0]
BACKUP = "a.backup"
LARGE_UPLOAD_BYTES = 200 << 20
LONGEST_SECONDS = 120


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """An index of one edition with its backup."""
    place = Workspace(tmp_path_factory.mktemp("finished"))
    write_first_edition(place.documents, DOCUMENTS)
    assert ingest_process(place).wait() == 0
    back_up(place.index, place.folder / BACKUP)
    return place


@pytest.fixture
def workspace(finished: Workspace, tmp_path: Path) -> Workspace:
    place = Workspace(tmp_path / "workspace")
    shutil.copytree(finished.folder, place.folder)
    return place


@pytest.fixture(scope="module")
def analyzer() -> KoreanEnglishAnalyzer:
    return KoreanEnglishAnalyzer()


def opened(folder: Path, analyzer: KoreanEnglishAnalyzer, dimension: int = 256) -> EmbeddedIndex:
    return EmbeddedIndex(folder, HashingEmbedder(dimension), analyzer)


def start(
    workspace: Workspace, *arguments: str, embedder: str = "hashing"
) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "ingest", *arguments],
        cwd=workspace.folder,
        env=child_environment({"DATA_DIR": str(workspace.data), "EMBEDDER": embedder}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def kill_when(process: "subprocess.Popen[str]", reached: Callable[[], bool]) -> bool:
    """Kill a program at the moment at which it has reached a point; return whether it had ended."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while not reached() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.0005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode != -signal.SIGKILL


def problems(index: EmbeddedIndex) -> list[str]:
    return [finding.message for finding in index.examine() if finding.problem]


def test_backups_beside_a_service_and_an_ingest_are_whole_and_can_be_restored_beneath_it(
    workspace: Workspace, analyzer: KoreanEnglishAnalyzer, tmp_path: Path
) -> None:
    shutil.rmtree(workspace.documents)
    write_second_edition(workspace.documents, DOCUMENTS)
    made: list[Path] = []
    with running_server(workspace) as server:
        ingest = ingest_process(workspace)

        def go_on() -> bool:
            made.append(tmp_path / f"{len(made)}.backup")
            back_up(workspace.index, made[-1])
            return ingest.poll() is None

        calls = [[Call("/search", {"query": QUESTION}), Call("/health")]]
        replies = keep_calling(server.port, calls, go_on)
        assert ingest.wait() == 0

        restore = start(workspace, "restore", str(tmp_path / "0.backup"), "--replace")
        replies += keep_calling(server.port, calls * 3, lambda: restore.poll() is None)
        output = restore.communicate()[0]
        assert restore.returncode == 0, output
        listed = make_call(server.port, Call("/documents?limit=1"))
        found = make_call(server.port, Call("/search", {"query": QUESTION}))

    assert {reply.status for reply in [*replies, listed, found]} == {200}
    assert len(made) > 1
    with opened(workspace.index, analyzer) as index:
        assert problems(index) == []
    with opened(tmp_path / "data" / "index", analyzer) as index:
        index.restore(made[len(made) // 2])
        assert problems(index) == []


def test_a_killed_backup_leaves_the_last_one_and_the_next_one_removes_the_rest(
    workspace: Workspace,
) -> None:
    before = (workspace.folder / BACKUP).read_bytes()
    (workspace.data / "uploads").mkdir()
    with (workspace.data / "uploads" / "large").open("wb") as large:
        large.truncate(LARGE_UPLOAD_BYTES)

    assert not kill_when(
        start(workspace, "backup", BACKUP),
        lambda: any(path.stat().st_size for path in workspace.folder.glob(".*.partial/*.backup")),
    )
    assert (workspace.folder / BACKUP).read_bytes() == before
    assert list(workspace.folder.glob(".*.partial"))

    (workspace.data / "uploads" / "large").unlink()
    back_up(workspace.index, workspace.folder / BACKUP)
    assert not list(workspace.folder.glob(".*.partial"))


@pytest.mark.parametrize(
    ("point", "documents"),
    [
        (".restoring", DOCUMENTS - 1),
        (".restoring/index/lexical", DOCUMENTS - 1),
        (".replaced", DOCUMENTS),
    ],
)
def test_a_killed_restore_leaves_the_old_index_or_the_new_one(
    workspace: Workspace, analyzer: KoreanEnglishAnalyzer, point: str, documents: int
) -> None:
    with opened(workspace.index, analyzer) as index:
        with index.writer() as writer:
            writer.delete([next(iter(index.fingerprints()))])
            writer.publish()
        assert index.status().documents == DOCUMENTS - 1

    restore = start(workspace, "restore", BACKUP, "--replace")
    ended = kill_when(restore, (workspace.data / point).exists)
    # The exchange takes a millisecond: the program may be through before the signal comes.
    assert not ended or point == ".replaced"

    with opened(workspace.index, analyzer) as index:
        assert index.status().documents == documents
        assert problems(index) == []
        index.restore(workspace.folder / BACKUP, replace=True)
        assert index.status().documents == DOCUMENTS
        assert problems(index) == []
    assert not [path.name for path in workspace.data.iterdir() if path.name.startswith(".")]


def test_a_killed_conversion_goes_on_where_it_was_and_nobody_notices_until_the_end(
    workspace: Workspace, analyzer: KoreanEnglishAnalyzer
) -> None:
    def embedded() -> int:
        try:
            with closing(sqlite3.connect(f"file:{side}?mode=ro", uri=True)) as connection:
                return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])
        except sqlite3.OperationalError:
            return 0

    side = workspace.index / SIDE_NAME
    assert not kill_when(start(workspace, "--rebuild", embedder=NAME), lambda: embedded() > 0)
    kept = embedded()
    with opened(workspace.index, analyzer) as index:
        assert 0 < kept < index.status().children
        assert problems(index) == []

    again = start(workspace, "--rebuild", embedder=NAME)
    output = again.communicate()[0]
    assert again.returncode == 0, output
    with opened(workspace.index, analyzer, DIMENSION) as index:
        assert index.status().documents == DOCUMENTS
        assert problems(index) == []
    assert not side.exists()
