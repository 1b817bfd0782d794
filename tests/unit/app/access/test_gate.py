"""Wrong keys, with keys in a real SQLite database and a clock of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.access import access as access_module
from app.access.access import REMEMBERED_SECONDS, Access
from app.access.caller import Role
from app.access.gate import Gate
from app.access.key_store import KeyStore, NewKey, StoredKey
from app.access.keys import Token
from app.errors import NotAuthenticatedError
from app.limits.errors import TooManyRequestsError
from app.limits.rate import Rate
from app.memory.address import database_url
from app.memory.database import Database
from tests.unit.app.limits.test_rate import Clock

pytestmark = pytest.mark.anyio

A_MINUTE = 5


class CountedKeys(KeyStore):
    """Counts how often the database is asked."""

    asked = 0

    async def find(self, key_id: str) -> StoredKey | None:
        self.asked += 1
        return await super().find(key_id)

    async def ids(self) -> frozenset[str]:
        self.asked += 1
        return await super().ids()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(access_module, "monotonic", clock)
    return clock


@pytest.fixture
async def keys(tmp_path: Path) -> AsyncIterator[CountedKeys]:
    database = Database(database_url("", tmp_path))
    yield CountedKeys(database)
    await database.close()


@pytest.fixture
def gate(keys: KeyStore, clock: Clock) -> Gate:
    return Gate(Access(keys, reachable=True), Rate(A_MINUTE, clock))


async def made(keys: KeyStore) -> Token:
    return (await keys.create(NewKey("Minji", Role.ASK)))[1]


def bearer(token: Token) -> str:
    return f"Bearer {token.text}"


async def outcome(gate: Gate, authorization: str, client: str = "192.0.2.1") -> str:
    """Return whose key it is, or the words of the refusal."""
    try:
        return (await gate.caller(authorization, client)).name
    except NotAuthenticatedError:
        return "refused"
    except TooManyRequestsError:
        return "wait"


async def outcomes(gate: Gate, count: int) -> list[str]:
    return [await outcome(gate, bearer(Token.made())) for _ in range(count)]


async def test_after_a_few_wrong_keys_whoever_tries_them_has_to_wait(
    gate: Gate, clock: Clock
) -> None:
    assert await outcomes(gate, A_MINUTE + 3) == ["refused"] * A_MINUTE + ["wait"] * 3
    clock.now += 12
    assert await outcomes(gate, 2) == ["refused", "wait"]
    assert await outcome(gate, bearer(Token.made()), "192.0.2.2") == "refused"


async def test_a_flood_of_wrong_keys_hardly_asks_the_database(
    gate: Gate, keys: CountedKeys, clock: Clock
) -> None:
    await outcomes(gate, A_MINUTE)
    before = keys.asked
    await outcomes(gate, 500)
    assert keys.asked - before == 1
    clock.now += REMEMBERED_SECONDS
    await outcomes(gate, 500)
    assert keys.asked - before <= 3


async def test_a_rightful_key_gets_in_during_a_flood_from_its_own_address(
    gate: Gate, keys: KeyStore, clock: Clock
) -> None:
    early = await made(keys)
    await outcomes(gate, 20)
    assert await outcome(gate, bearer(early)) == "Minji"
    late = await made(keys)
    clock.now += REMEMBERED_SECONDS
    await outcomes(gate, 20)
    assert await outcome(gate, bearer(late)) == "Minji"


async def test_a_rightful_key_is_never_counted(gate: Gate, keys: KeyStore) -> None:
    token = await made(keys)
    for _ in range(50):
        assert await outcome(gate, bearer(token)) == "Minji"


@pytest.mark.parametrize("tried", [0, A_MINUTE])
async def test_a_wrong_secret_and_an_unknown_key_are_told_in_the_same_words(
    gate: Gate, keys: KeyStore, tried: int
) -> None:
    known = await made(keys)
    await outcomes(gate, tried)
    said = []
    for token in (Token(known.key_id, Token.made().secret), Token.made()):
        with pytest.raises((NotAuthenticatedError, TooManyRequestsError)) as caught:
            await gate.caller(bearer(token), "192.0.2.1")
        said.append((type(caught.value), str(caught.value)))
    assert said[0] == said[1]


async def test_no_key_is_a_wrong_one(gate: Gate, keys: CountedKeys) -> None:
    found = [await outcome(gate, "") for _ in range(A_MINUTE + 1)]
    assert found == ["refused"] * A_MINUTE + ["wait"]
    assert keys.asked == 0
