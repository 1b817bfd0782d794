"""Who sends a request: asked of the keys, and remembered for a moment."""

from asyncio import Lock
from collections import OrderedDict
from datetime import UTC, datetime
from ipaddress import ip_address
from time import monotonic

from app.access.caller import ANYONE, Caller
from app.access.key_store import KeyStore, StoredKey
from app.access.keys import Token
from app.errors import NotAuthenticatedError

REMEMBERED_SECONDS = 5.0
"""A revoked key may be used for so long where it was just used."""

_MOST_REMEMBERED = 1_000
_NOBODY = "0" * 64
_SCHEME = "bearer"


class Access:
    """Tells callers apart; keys are needed as soon as one was made.

    A service that other machines can reach needs them always (``reachable``).
    """

    def __init__(self, keys: KeyStore, *, reachable: bool) -> None:
        self.keys = keys
        self._needed = reachable
        self._looked_at = -REMEMBERED_SECONDS
        self._known: OrderedDict[str, tuple[StoredKey, float]] = OrderedDict()
        self._ids: frozenset[str] = frozenset()
        self._ids_read_at = -REMEMBERED_SECONDS
        self._reading_ids = Lock()

    async def needs_keys(self) -> bool:
        """Return whether requests without a key are refused."""
        if not self._needed and monotonic() - self._looked_at >= REMEMBERED_SECONDS:
            self._needed = await self.keys.any()
            self._looked_at = monotonic()
        return self._needed

    async def caller(self, authorization: str) -> Caller:
        """Return who sends this Authorization header, which may be empty.

        Raises NotAuthenticatedError, which does not tell an unknown key from a wrong secret.
        """
        if not await self.needs_keys():
            return ANYONE
        token = _token(authorization)
        if token is None:
            raise NotAuthenticatedError("Send an API key: Authorization: Bearer mureum_…")
        stored = await self._find(token.key_id)
        proven = token.proves(stored.fingerprint if stored else _NOBODY)
        if stored is None or not proven or not stored.key.is_valid_at(datetime.now(UTC)):
            raise NotAuthenticatedError("The API key is unknown, expired or revoked.")
        return stored.key.caller

    async def knows(self, authorization: str) -> bool:
        """Return whether a key has the id in this header, as of some seconds ago.

        However often this is asked, the database is seldom.
        """
        token = _token(authorization)
        if token is None:
            return False
        async with self._reading_ids:
            if monotonic() - self._ids_read_at >= REMEMBERED_SECONDS:
                self._ids = await self.keys.ids()
                self._ids_read_at = monotonic()
        return token.key_id in self._ids

    async def _find(self, key_id: str) -> StoredKey | None:
        known = self._known.get(key_id)
        if known is not None and monotonic() - known[1] < REMEMBERED_SECONDS:
            return known[0]
        stored = await self.keys.find(key_id)
        self._known.pop(key_id, None)
        if stored is not None:
            self._known[key_id] = (stored, monotonic())
            if len(self._known) > _MOST_REMEMBERED:
                self._known.popitem(last=False)
        return stored


def _token(authorization: str) -> Token | None:
    scheme, _, given = authorization.partition(" ")
    return Token.read(given.strip()) if scheme.lower() == _SCHEME else None


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that listens on this address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
