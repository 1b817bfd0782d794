"""The setting → the database's URL, with a driver that does not block."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from index.errors import SettingsError
from index.plugins import import_optional

FILE_NAME = "conversations.sqlite3"
SQLITE, POSTGRESQL = "sqlite+aiosqlite", "postgresql+asyncpg"
_DRIVERS = {
    "sqlite": SQLITE,
    SQLITE: SQLITE,
    "postgres": POSTGRESQL,
    "postgresql": POSTGRESQL,
    POSTGRESQL: POSTGRESQL,
}
_FORMS = "sqlite:///path/to/file or postgresql://user:password@host:5432/database"


def database_url(given: str, folder: Path) -> URL:
    """Return the URL to connect to; an empty one means a file in the folder.

    Raises SettingsError, which never repeats the URL since it may hold a password, or
    MissingExtraError when the driver of PostgreSQL is not installed.
    """
    if not given:
        return URL.create(SQLITE, database=str(folder / FILE_NAME))
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise SettingsError(f"MUREUM_MEMORY_URL cannot be read. Write {_FORMS}.") from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None or (driver == SQLITE and not _is_file(url)):
        raise SettingsError(f"MUREUM_MEMORY_URL names no database that can be used: {_FORMS}.")
    if driver == POSTGRESQL:
        import_optional("asyncpg")
        url = _with_ssl(url)
    return url.set(drivername=driver)


def place_of(url: URL) -> str:
    """Return where a database is, for messages: without user, password and parameters."""
    if url.drivername == SQLITE:
        return str(url.database)
    return f"{url.database} of PostgreSQL at {url.host or 'a local socket'}"


def _is_file(url: URL) -> bool:
    return url.database not in {None, "", ":memory:"} and "mode" not in url.query


def _with_ssl(url: URL) -> URL:
    """Return the URL with the parameter of libpq named as asyncpg names it."""
    mode = url.query.get("sslmode")
    if mode is None:
        return url
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
