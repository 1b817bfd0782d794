"""``python -m app feedback export FILE``."""

import asyncio
from pathlib import Path

from app.feedback.lessons import lessons
from app.feedback.store import FeedbackStore
from app.memory.database import Database
from index.errors import SettingsError, StorageFullError


def export(database: Database, path: Path) -> str:
    """Write questions whose answers are known into a new file; return a line that says so.

    Raises SettingsError when the file is there already, StorageFullError when it cannot be
    written, MemoryUnavailableError.
    """
    lines = asyncio.run(_lines(database))
    try:
        with path.open("x", encoding="utf-8") as file:
            file.writelines(lines)
    except FileExistsError as error:
        raise SettingsError(f"{path} is there already; name a new file.") from error
    except OSError as error:
        raise StorageFullError(f"{path} cannot be written ({error.strerror}).") from error
    return f"{len(lines)} questions written to {path}; try: python -m eval tune {path}"


async def _lines(database: Database) -> list[str]:
    try:
        return [line async for line in lessons(FeedbackStore(database))]
    finally:
        await database.close()
