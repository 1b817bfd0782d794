"""Keys in a real SQLite database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.access import access as module
from app.access.access import REMEMBERED_SECONDS, Access, is_loopback
from app.access.caller import ANYONE, Role
from app.access.key_store import KeyStore, NewKey
from app.access.keys import Token
from app.errors import KeyNotFoundError, NotAuthenticatedError
from app.memory.address import database_url
from app.memory.database import Database

pytestmark = pytest.mark.anyio


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "monotonic", clock)
    return clock


@pytest.fixture
async def keys(tmp_path: Path) -> AsyncIterator[KeyStore]:
    database = Database(database_url("", tmp_path))
    yield KeyStore(database)
    await database.close()


def bearer(token: Token) -> str:
    return f"Bearer {token.text}"


def written_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_nobody_needs_a_key_where_only_this_machine_calls_and_there_is_none(
    keys: KeyStore,
) -> None:
    assert await Access(keys, reachable=False).caller("") == ANYONE


async def test_everybody_needs_a_key_where_other_machines_call(keys: KeyStore) -> None:
    with pytest.raises(NotAuthenticatedError, match="Authorization: Bearer"):
        await Access(keys, reachable=True).caller("")


async def test_the_first_key_closes_an_open_service_and_the_last_one_revoked_leaves_it_closed(
    keys: KeyStore, clock: Clock
) -> None:
    access = Access(keys, reachable=False)
    assert await access.caller("") == ANYONE
    key, _ = await keys.create(NewKey("민지", Role.ASK))
    clock.now += REMEMBERED_SECONDS
    with pytest.raises(NotAuthenticatedError):
        await access.caller("")
    await keys.revoke(key.key_id)
    with pytest.raises(NotAuthenticatedError):
        await Access(keys, reachable=False).caller("")


async def test_a_key_opens_with_its_name_role_and_groups(keys: KeyStore) -> None:
    new = NewKey("민지", Role.INGEST, frozenset({"인사", "hr"}))
    key, token = await keys.create(new)
    caller = await Access(keys, reachable=True).caller(bearer(token))
    assert (caller.key_id, caller.name, caller.role) == (key.key_id, "민지", Role.INGEST)
    assert caller.groups == frozenset({"인사", "hr"})


@pytest.mark.parametrize("scheme", ["bearer ", "BEARER ", "Bearer   "])
async def test_the_scheme_is_read_as_the_standard_says(keys: KeyStore, scheme: str) -> None:
    _, token = await keys.create(NewKey("민지", Role.ASK))
    assert (await Access(keys, reachable=True).caller(scheme + token.text)).name == "민지"


async def test_a_wrong_secret_and_an_unknown_key_are_told_in_the_same_words(keys: KeyStore) -> None:
    key, token = await keys.create(NewKey("민지", Role.ASK))
    access = Access(keys, reachable=True)
    messages = set()
    for wrong in (Token(key.key_id, "a" * 43), Token("0" * 12, token.secret)):
        with pytest.raises(NotAuthenticatedError) as raised:
            await access.caller(bearer(wrong))
        messages.add(str(raised.value))
    assert len(messages) == 1


@pytest.mark.parametrize("sent", ["", "Basic bWluamk6", "Bearer", "Bearer a b", "mureum_1_2"])
async def test_what_is_no_token_is_refused(keys: KeyStore, sent: str) -> None:
    await keys.create(NewKey("민지", Role.ASK))
    with pytest.raises(NotAuthenticatedError):
        await Access(keys, reachable=False).caller(sent)


async def test_a_revoked_key_opens_nothing_within_seconds(keys: KeyStore, clock: Clock) -> None:
    key, token = await keys.create(NewKey("민지", Role.ASK))
    access = Access(keys, reachable=True)
    await access.caller(bearer(token))
    await keys.revoke(key.key_id)
    clock.now += REMEMBERED_SECONDS
    with pytest.raises(NotAuthenticatedError, match="revoked"):
        await access.caller(bearer(token))


async def test_an_expired_key_opens_nothing(keys: KeyStore) -> None:
    _, token = await keys.create(NewKey("민지", Role.ASK, lifetime_seconds=-1))
    with pytest.raises(NotAuthenticatedError, match="expired"):
        await Access(keys, reachable=True).caller(bearer(token))


async def test_the_secret_is_not_in_the_database(keys: KeyStore, tmp_path: Path) -> None:
    _, token = await keys.create(NewKey("민지", Role.ASK))
    await keys.list()
    stored = written_in(tmp_path)
    assert token.key_id.encode() in stored
    assert token.secret.encode() not in stored


async def test_the_list_shows_revoked_keys_too(keys: KeyStore) -> None:
    first, _ = await keys.create(NewKey("민지", Role.ASK))
    second, _ = await keys.create(NewKey("Sam", Role.ADMIN))
    await keys.revoke(first.key_id)
    listed = {key.name: key for key in await keys.list()}
    assert listed["민지"].revoked_at is not None
    assert listed["Sam"] == second


async def test_a_key_is_revoked_once(keys: KeyStore) -> None:
    key, _ = await keys.create(NewKey("민지", Role.ASK))
    await keys.revoke(key.key_id)
    for unknown in (key.key_id, "nothing"):
        with pytest.raises(KeyNotFoundError, match="keys list"):
            await keys.revoke(unknown)


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104
        ("::", False),
        ("192.168.0.7", False),
        ("team.example", False),
        ("", False),
    ],
)
async def test_only_addresses_of_this_machine_itself_are_its_own(host: str, own: bool) -> None:
    assert is_loopback(host) is own
