"""A key whose text is written to a file."""

import stat
from pathlib import Path

import pytest

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


async def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("mine")
    with pytest.raises(KeyFileError, match="no key was made"):
        await made(tmp_path)
    assert (tmp_path / "key").read_text() == "mine"
