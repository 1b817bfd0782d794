"""A key whose text is written to a file."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from app.access import commands
from app.access.caller import Role
from app.access.commands import KeyWish, create
from app.access.key_store import KeyStore, NewKey
from app.access.keys import Token
from app.audit.log import AuditLog
from app.errors import KeyFileError
from app.memory.address import database_url
from app.memory.database import Database
from app.memory.errors import MemoryUnavailableError

pytestmark = pytest.mark.anyio


def wish(folder: Path) -> KeyWish:
    return KeyWish(NewKey("first", Role.ADMIN), first_only=True, out=folder / "key")


async def made(folder: Path) -> list[str]:
    return await create(Database(database_url("", folder)), wish(folder), AuditLog())


async def test_the_file_holds_the_key_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    lines = await made(tmp_path)
    file = tmp_path / "key"
    token = Token.read(file.read_text(encoding="ascii").strip())
    assert token is not None
    assert token.secret not in "".join(lines)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_key_that_could_not_be_made_leaves_no_file_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object) -> None:
        raise MemoryUnavailableError("The database is away.")

    with monkeypatch.context() as away:
        away.setattr(KeyStore, "create", failing)
        with pytest.raises(MemoryUnavailableError):
            await made(tmp_path)
    assert "Its text is in" in (await made(tmp_path))[0]


@pytest.mark.parametrize("left", ["", f"{Token.made().text}\n"], ids=["empty", "whole"])
async def test_a_file_of_a_key_that_was_never_stored_is_written_anew(
    tmp_path: Path, left: str
) -> None:
    file = tmp_path / "key"
    file.write_text(left, encoding="ascii")
    await made(tmp_path)
    token = Token.read(file.read_text(encoding="ascii").strip())
    assert token is not None
    assert token.text != left.strip()
    database = Database(database_url("", tmp_path))
    stored = await KeyStore(database).find(token.key_id)
    assert stored is not None
    assert token.proves(stored.fingerprint)
    await database.close()


async def test_a_key_of_somebody_else_is_not_taken_for_one_that_was_never_stored(
    tmp_path: Path,
) -> None:
    await made(tmp_path)
    text = (tmp_path / "key").read_text(encoding="ascii")
    second = KeyWish(NewKey("Sam", Role.ASK), out=tmp_path / "key")
    with pytest.raises(KeyFileError, match="no key was made"):
        await create(Database(database_url("", tmp_path)), second, AuditLog())
    assert (tmp_path / "key").read_text(encoding="ascii") == text


async def test_a_database_that_is_still_starting_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, tried = Database.open, 0

    async def open_later(database: Database) -> None:
        nonlocal tried
        tried += 1
        if tried < 3:
            raise MemoryUnavailableError("It is starting.")
        await opening(database)

    monkeypatch.setattr(Database, "open", open_later)
    monkeypatch.setattr("app.access.commands._PAUSE_SECONDS", 0.01)
    with pytest.raises(MemoryUnavailableError):
        await made(tmp_path)
    patient = replace(wish(tmp_path), wait_seconds=60)
    lines = await create(Database(database_url("", tmp_path)), patient, AuditLog())
    assert "Its text is in" in lines[0]


async def test_a_full_disk_makes_no_key_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(commands, "_new_file", lambda _: os.open("/dev/full", os.O_WRONLY))
        with pytest.raises(KeyFileError, match="No space left"):
            await made(tmp_path)
    assert "Its text is in" in (await made(tmp_path))[0]


async def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("mine")
    with pytest.raises(KeyFileError, match="no key was made"):
        await made(tmp_path)
    assert (tmp_path / "key").read_text() == "mine"
