"""Databases for tests of the memory, and what no program does to them."""

from pathlib import Path

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.memory import migrations
from app.memory.address import database_url
from tests.postgres import new_database

DATABASES = ("sqlite", "postgresql")
MIGRATIONS = Path(migrations.__file__).parent / "versions"


def empty_database(kind: str, folder: Path) -> URL:
    """Return the URL of an empty database of a kind."""
    return database_url("" if kind == "sqlite" else new_database(), folder)


def newest_revision() -> str:
    """Return the last migration's name."""
    return max(path.stem for path in MIGRATIONS.glob("revision_*.py")).removeprefix("revision_")


async def execute(url: URL, statement: str, **values: float) -> list[tuple[object, ...]]:
    """Return the rows of a statement that is run behind the memory's back."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            result = await connection.execute(text(statement), values)
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        await engine.dispose()
