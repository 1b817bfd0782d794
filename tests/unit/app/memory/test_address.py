from pathlib import Path

import pytest
from pydantic import ValidationError

from app.memory.address import database_url, place_of
from app.memory.settings import MemorySettings
from index.errors import SettingsError

SECRET = "비밀-s3cret"  # noqa: S105 - nothing is behind it


def test_without_a_url_conversations_lie_in_the_data_folder() -> None:
    url = database_url("", Path("자료"))
    assert (url.drivername, url.database) == ("sqlite+aiosqlite", "자료/conversations.sqlite3")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_spelling_of_postgresql_gets_the_driver_that_does_not_block(scheme: str) -> None:
    url = database_url(f"{scheme}://mureum:{SECRET}@db:5433/talks", Path())
    assert (url.drivername, url.host, url.port) == ("postgresql+asyncpg", "db", 5433)
    assert (url.database, url.password) == ("talks", SECRET)


def test_the_ssl_mode_of_libpq_is_understood() -> None:
    url = database_url("postgresql://db/talks?sslmode=require&application_name=mureum", Path())
    assert dict(url.query) == {"ssl": "require", "application_name": "mureum"}


@pytest.mark.parametrize(
    "given",
    [
        "conversations.sqlite3",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
        f"mysql://mureum:{SECRET}@db/talks",
        f"postgresql+psycopg2://mureum:{SECRET}@db/talks",
        f"postgresql://mureum:{SECRET}@db:port/talks",
        f"://mureum:{SECRET}@db",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_being_repeated(given: str) -> None:
    with pytest.raises(SettingsError, match=r"MUREUM_MEMORY_URL .*postgresql://user") as raised:
        database_url(given, Path())
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None


def test_messages_name_the_place_and_no_user_password_or_parameter() -> None:
    url = database_url(f"postgresql://kim:{SECRET}@db/talks?password={SECRET}", Path())
    assert place_of(url) == "talks of PostgreSQL at db"
    assert place_of(database_url("", Path("data"))) == "data/conversations.sqlite3"


def test_the_url_is_a_secret_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUREUM_MEMORY_URL", f"postgresql://kim:{SECRET}@db/talks")
    settings = MemorySettings()
    assert SECRET not in repr(settings) + str(settings.model_dump())
    assert SECRET in settings.url.get_secret_value()


@pytest.mark.parametrize("name", ["TTL_DAYS", "MOST_TURNS", "HISTORY_TOKENS"])
def test_impossible_numbers_are_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"MUREUM_MEMORY_{name}", "-1")
    with pytest.raises(ValidationError):
        MemorySettings()
