"""Several processes share one database: they start at once, take turns, and are killed."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import URL

from app.memory.conversations import ConversationOptions, Conversations
from app.memory.database import Database
from app.memory.records import TurnResult, TurnStatus
from tests.memory_databases import DATABASES, empty_database, execute, newest_revision

pytestmark = pytest.mark.anyio
REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
LEASE_SECONDS = 2.0


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    return empty_database(request.param, tmp_path)


@pytest.fixture
async def conversations(url: URL) -> AsyncIterator[Conversations]:
    made = Conversations(Database(url), ConversationOptions(lease_seconds=LEASE_SECONDS))
    yield made
    await made.close()


@pytest.fixture
def processes() -> Iterator[ExitStack]:
    with ExitStack() as started:
        yield started


def talker(
    processes: ExitStack, url: URL, session_id: str, *, turns: int, lease: float = LEASE_SECONDS
) -> subprocess.Popen[str]:
    """Start a process; it is killed when the test ends."""
    seconds = "60" if turns == 1 else "0.01"
    address = url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.talker",
            address,
            session_id,
            str(turns),
            seconds,
            str(lease),
        ],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *sys.path])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    processes.enter_context(process)
    processes.callback(process.kill)
    return process


def begin(*started: subprocess.Popen[str]) -> None:
    """Let processes begin at the same moment, when all are ready."""
    for process in started:
        heard(process, "ready")
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def heard(process: subprocess.Popen[str], word: str) -> str:
    """Return the next line that a process prints, which must begin with a word."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line.startswith(word), line
    return line


async def test_a_killed_process_leaves_its_question_and_blocks_nobody_for_long(
    conversations: Conversations, url: URL, processes: ExitStack
) -> None:
    session_id = (await conversations.create()).session_id
    process = talker(processes, url, session_id, turns=1)
    await asyncio.to_thread(begin, process)
    await asyncio.to_thread(heard, process, "open")
    await asyncio.to_thread(heard, process, "begun 1")
    process.kill()
    process.wait(PATIENCE_SECONDS)

    (left,) = (await conversations.read(session_id)).turns
    assert (left.status, left.question) == (TurnStatus.ANSWERING, "같은 세션의 질문")
    start = time.monotonic()
    async with conversations.turn(session_id, "다음 질문") as turn:
        waited = time.monotonic() - start
        assert turn.history == []
        await turn.finish(TurnResult("답"))
    assert waited < LEASE_SECONDS + 1
    turns = (await conversations.read(session_id)).turns
    assert [each.status for each in turns] == [TurnStatus.INTERRUPTED, TurnStatus.DONE]
    assert turns[0].question == "같은 세션의 질문"


async def test_a_killed_turn_is_shown_as_interrupted_when_its_lease_has_run_out(
    conversations: Conversations, url: URL, processes: ExitStack
) -> None:
    session_id = (await conversations.create()).session_id
    process = talker(processes, url, session_id, turns=1)
    await asyncio.to_thread(begin, process)
    await asyncio.to_thread(heard, process, "open")
    await asyncio.to_thread(heard, process, "begun 1")
    process.kill()
    process.wait(PATIENCE_SECONDS)
    await asyncio.sleep(LEASE_SECONDS + 0.2)
    (left,) = (await conversations.read(session_id)).turns
    assert (left.status, left.question) == (TurnStatus.INTERRUPTED, "같은 세션의 질문")


async def test_processes_that_share_a_session_take_turns(
    conversations: Conversations, url: URL, processes: ExitStack
) -> None:
    session_id = (await conversations.create()).session_id
    started = [
        talker(processes, url, session_id, turns=6, lease=PATIENCE_SECONDS) for _ in range(2)
    ]
    await asyncio.to_thread(begin, *started)
    for process in started:
        assert await asyncio.to_thread(process.wait, PATIENCE_SECONDS) == 0
    turns = (await conversations.read(session_id)).turns
    assert [turn.number for turn in turns] == list(range(1, 13))
    for before, turn in enumerate(turns):
        assert turn.result is not None
        assert turn.result.answer == str(before)
    ends = [turn.ended_at for turn in turns]
    assert ends == sorted(ends, key=str)


async def test_processes_that_start_at_once_make_the_tables_once(
    url: URL, processes: ExitStack
) -> None:
    started = [talker(processes, url, "none", turns=0) for _ in range(4)]
    await asyncio.to_thread(begin, *started)
    for process in started:
        assert await asyncio.to_thread(process.wait, PATIENCE_SECONDS) == 0
    versions = await execute(url, "SELECT version_num FROM alembic_version")
    assert versions == [(newest_revision(),)]
