"""What the command line does with keys is written down, without the keys."""

from pathlib import Path

import pytest

from app.access.caller import Role
from app.access.commands import KeyWish, create, revoke
from app.access.key_store import NewKey
from app.audit.file import AuditFile
from app.errors import KeyNotFoundError
from app.memory.address import database_url
from app.memory.database import Database

pytestmark = pytest.mark.anyio


async def test_keys_that_are_made_and_revoked_are_acts(tmp_path: Path) -> None:
    database, path = Database(database_url("", tmp_path)), tmp_path / "audit.jsonl"
    audit = AuditFile(path, with_text=True)
    wish = NewKey("Minji", Role.ASK)
    _, text = await create(database, KeyWish(wish), audit)
    await create(database, KeyWish(wish, first_only=True), audit)
    await create(database, KeyWish(wish, out=tmp_path / "key"), audit)
    await revoke(database, text.split("_")[1], audit)
    with pytest.raises(KeyNotFoundError):
        await revoke(database, "0" * 12, audit)
    audit.close()
    written = path.read_text(encoding="utf-8")
    assert [line.split('"action": "')[1].split('"')[0] for line in written.splitlines()] == [
        "key.create",
        "key.create",
        "key.revoke",
    ]
    assert written.count(text.split("_")[1]) == 2
    assert text.rpartition("_")[2] not in written
