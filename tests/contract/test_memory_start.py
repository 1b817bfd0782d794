"""The tables are made from nothing, once, and those of a newer version are left alone."""

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.memory.conversations import Conversations
from app.memory.database import Database
from app.memory.errors import MemoryUnavailableError
from app.memory.tables import METADATA
from tests.memory_databases import DATABASES, empty_database, execute, newest_revision

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    return empty_database(request.param, tmp_path)


async def open_and_close(url: URL) -> str:
    conversations = Conversations(Database(url))
    session = await conversations.create()
    await conversations.close()
    return session.session_id


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


async def test_the_migrations_make_what_the_program_expects(url: URL) -> None:
    await open_and_close(url)
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_starting_again_changes_nothing(url: URL) -> None:
    session_id = await open_and_close(url)
    await open_and_close(url)
    assert (session_id,) in await execute(url, "SELECT session_id FROM sessions")
    versions = await execute(url, "SELECT version_num FROM alembic_version")
    assert versions == [(newest_revision(),)]


async def test_several_may_start_at_once(url: URL) -> None:
    await asyncio.gather(*(open_and_close(url) for _ in range(4)))
    assert await execute(url, "SELECT count(*) FROM sessions") == [(4,)]


async def test_requests_that_come_during_the_start_share_it(
    url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts: list[AsyncEngine] = []

    async def failing(engine: AsyncEngine) -> None:
        starts.append(engine)
        await asyncio.sleep(0.1)
        raise ConnectionRefusedError

    conversations = Conversations(Database(url))
    monkeypatch.setattr("app.memory.database.migrate", failing)
    requests = [conversations.list() for _ in range(10)]
    errors = await asyncio.gather(*requests, return_exceptions=True)
    assert {type(error) for error in errors} == {MemoryUnavailableError}
    assert len(starts) == 1
    monkeypatch.undo()
    assert (await conversations.list()).total == 0
    await conversations.close()


async def test_a_start_that_is_cut_off_leaves_nothing_half_made(
    url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    def full(*arguments: object) -> None:
        raise OSError(f"no space for {arguments[0]}")

    monkeypatch.setattr(op, "create_index", full)
    with pytest.raises(MemoryUnavailableError):
        await open_and_close(url)
    monkeypatch.undo()
    await open_and_close(url)


async def test_tables_of_a_newer_version_are_left_alone(url: URL) -> None:
    await open_and_close(url)
    await execute(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(MemoryUnavailableError, match="newer version"):
        await open_and_close(url)
    assert await execute(url, "SELECT count(*) FROM sessions") == [(1,)]
