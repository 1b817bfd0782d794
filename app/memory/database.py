"""Connections to the database of conversations and keys, and its errors in our words."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from filelock import AsyncFileLock
from sqlalchemy import URL, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.memory.address import SQLITE, place_of
from app.memory.errors import MemoryUnavailableError
from app.memory.migrate import migrate

logger = logging.getLogger(__name__)

_BUSY_TIMEOUT_SECONDS = 10.0
_CLOSE_SECONDS = 5.0
"""A driver that is cut short while it connects leaves a thread behind."""

_POOL: dict[str, dict[str, Any]] = {
    # One connection a process: SQLite has one writer, and so requests are served as they came.
    "sqlite": {"pool_size": 1, "max_overflow": 0},
    "postgresql": {"pool_size": 5, "max_overflow": 10, "pool_pre_ping": True},
}
_CONNECT: dict[str, dict[str, Any]] = {
    "sqlite": {"timeout": _BUSY_TIMEOUT_SECONDS, "isolation_level": "IMMEDIATE"},
    "postgresql": {"timeout": _BUSY_TIMEOUT_SECONDS, "command_timeout": _BUSY_TIMEOUT_SECONDS},
}
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")
_FOREIGN: tuple[type[Exception], ...] = (SQLAlchemyError, OSError)
_FOREIGN_AT_START = (*_FOREIGN, TypeError, ValueError)
"""What a driver raises for parameters of the URL that it does not know."""


class Database:
    """Reads and writes in transactions; the first use brings the tables up to date."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine: AsyncEngine | None = None
        self._opening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect and bring the tables up to date, unless it is done; raise MemoryUnavailableError.

        Who comes while it is being opened shares the attempt; who comes after a failed one
        makes another.
        """
        if self._opening is None or _has_failed(self._opening):
            self._opening = asyncio.create_task(self._open())
        await asyncio.shield(self._opening)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection to read with."""
        with self._translated():
            async with self._opened().connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a transaction that ends with the block, as a whole or not at all."""
        with self._translated():
            async with self._opened().begin() as connection:
                yield connection

    async def close(self) -> None:
        """Let go of the connections, those too that are being made; it can be opened again."""
        opening, self._opening = self._opening, None
        if opening is not None:
            await asyncio.wait({opening}, timeout=_CLOSE_SECONDS)
            opening.cancel()
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.dispose()

    async def _open(self) -> None:
        with self._translated(_FOREIGN_AT_START):
            engine = self._make_engine()
            try:
                async with self._alone():
                    await migrate(engine)
            except BaseException:
                await engine.dispose()
                raise
        self._engine = engine

    def _alone(self) -> AbstractAsyncContextManager[object]:
        """Let one process at a time make an SQLite file: changing its journal cannot wait."""
        if self._url.drivername != SQLITE:
            return nullcontext()
        lock = f"{self._url.database}.lock"
        return AsyncFileLock(lock, timeout=_BUSY_TIMEOUT_SECONDS, run_in_executor=False)

    def _opened(self) -> AsyncEngine:
        if self._engine is None:
            raise MemoryUnavailableError("The database of conversations and keys is closed.")
        return self._engine

    def _make_engine(self) -> AsyncEngine:
        dialect = self._url.get_backend_name()
        engine = create_async_engine(
            self._url,
            hide_parameters=True,
            connect_args=_CONNECT[dialect],
            **_POOL[dialect],
        )
        if self._url.drivername == SQLITE:
            Path(str(self._url.database)).parent.mkdir(parents=True, exist_ok=True)
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        return engine

    @contextmanager
    def _translated(self, foreign: tuple[type[Exception], ...] = _FOREIGN) -> Iterator[None]:
        try:
            yield
        except CommandError as error:
            raise MemoryUnavailableError(
                f"A newer version wrote the conversations and keys in {place_of(self._url)}."
                " Install that version, or set MUREUM_MEMORY_URL to another database."
            ) from error
        except foreign as error:
            logger.warning("conversations in %s: %s", place_of(self._url), type(error).__name__)
            raise MemoryUnavailableError(
                f"Conversations and keys in {place_of(self._url)} cannot be used"
                f" ({type(error).__name__}). Check MUREUM_MEMORY_URL, and that the database runs"
                " and can be written."
            ) from error


def _has_failed(task: asyncio.Task[None]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _prepare_sqlite(connection: Any, record: object) -> None:  # noqa: ANN401
    """Let writers not disturb readers, wait for the disk, overwrite what is deleted."""
    del record
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
