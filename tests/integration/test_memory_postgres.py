"""What can happen to a PostgreSQL that others run: refusals, cut connections, wrong passwords."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from app.memory.address import database_url
from app.memory.conversations import Conversations
from app.memory.database import Database
from app.memory.errors import MemoryUnavailableError
from app.memory.records import TurnResult
from tests.memory_databases import execute
from tests.postgres import new_database

pytestmark = pytest.mark.anyio
PASSWORD = "열려라-sesame"  # noqa: S105 - nothing is behind it


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def url() -> URL:
    return database_url(new_database(), Path())


@pytest.fixture
async def conversations(url: URL) -> AsyncIterator[Conversations]:
    made = Conversations(Database(url))
    yield made
    await made.close()


async def test_connections_that_were_cut_are_made_anew(
    conversations: Conversations, url: URL
) -> None:
    session_id = (await conversations.create()).session_id
    await execute(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    async with conversations.turn(session_id, "아직 있나요?") as turn:
        await turn.finish(TurnResult("네."))
    assert len((await conversations.read(session_id)).turns) == 1


async def test_a_connection_cut_within_a_turn_is_no_reason_to_lose_the_answer(
    conversations: Conversations, url: URL
) -> None:
    async with conversations.turn(None, "긴 질문") as turn:
        await execute(
            url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        await turn.finish(TurnResult("긴 답"))
    (stored,) = (await conversations.read(turn.session_id)).turns
    assert stored.result == TurnResult("긴 답")


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://mureum:{PASSWORD}@127.0.0.1:1/mureum",
        f"postgresql://mureum:{PASSWORD}@nowhere.invalid/mureum",
        f"postgresql://mureum:{PASSWORD}@127.0.0.1:1/mureum?sslmode=require",
        f"postgresql://mureum:{PASSWORD}@127.0.0.1:1/mureum?unknown={PASSWORD}",
    ],
)
async def test_a_database_that_cannot_be_reached_is_named_without_its_password(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    conversations = Conversations(Database(database_url(address, Path())))
    with caplog.at_level(logging.DEBUG), pytest.raises(MemoryUnavailableError) as raised:
        await conversations.create()
    assert "mureum of PostgreSQL at" in str(raised.value)
    assert "MUREUM_MEMORY_URL" in str(raised.value)
    error: BaseException | None = raised.value
    while error is not None:
        assert PASSWORD not in str(error)
        error = error.__cause__ or error.__context__
    assert PASSWORD not in caplog.text


async def test_a_database_that_comes_up_later_is_used_then(url: URL) -> None:
    name = str(url.database)
    conversations = Conversations(Database(url.set(database=f"{name}_later")))
    with pytest.raises(MemoryUnavailableError):
        await conversations.create()
    await create_database(url, f"{name}_later")
    assert (await conversations.create()).turns == 0
    await conversations.close()


async def create_database(url: URL, name: str) -> None:
    import asyncpg

    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
