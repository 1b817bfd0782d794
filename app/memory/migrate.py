"""Brings the tables up to date, once, whoever starts at the same time."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

_SCRIPTS = "app.memory:migrations"
_LOCKS = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(7813465524410018)",
}
"""What lets one process at a time pass, until its transaction ends."""


async def migrate(engine: AsyncEngine) -> None:
    """Run the migrations that are missing, in one transaction.

    Raises Alembic's CommandError when the tables were made by a migration that is not known.
    """
    async with engine.begin() as connection:
        await connection.exec_driver_sql(_LOCKS[engine.dialect.name])
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
