"""The rows of API keys, beside the conversations."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Row, insert, select, update

from app.access.caller import Role
from app.access.keys import ApiKey, Token
from app.errors import KeyNotFoundError
from app.memory.database import Database
from app.memory.tables import Now, api_keys


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key shall be; without ``lifetime_seconds`` it is valid until it is revoked."""

    name: str
    role: Role
    groups: frozenset[str] = frozenset()
    lifetime_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key with the fingerprint of its secret."""

    key: ApiKey
    fingerprint: str


class KeyStore:
    """Makes, finds and revokes keys; a revoked one stays in the list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, new: NewKey, token: Token | None = None) -> tuple[ApiKey, Token]:
        """Return a new key and its token, which cannot be had again; without one it is made."""
        token = token or Token.made()
        lifetime = new.lifetime_seconds
        values = {
            "key_id": token.key_id,
            "fingerprint": token.fingerprint,
            "name": new.name,
            "role": str(new.role),
            "groups": sorted(new.groups),
            "created_at": Now(),
            "expires_at": None if lifetime is None else Now() + lifetime,
        }
        await self._database.open()
        async with self._database.writing() as connection:
            await connection.execute(insert(api_keys).values(values))
        stored = await self.find(token.key_id)
        if stored is None:
            raise KeyNotFoundError("The key that was just made is gone; make another one.")
        return stored.key, token

    async def find(self, key_id: str) -> StoredKey | None:
        """Return a key, valid or not; None where there is none."""
        await self._database.open()
        async with self._database.reading() as connection:
            found = await connection.execute(select(api_keys).where(api_keys.c.key_id == key_id))
            row = found.one_or_none()
        return None if row is None else StoredKey(_key(row), row.fingerprint)

    async def list(self) -> list[ApiKey]:
        """Return all keys, the newest first."""
        await self._database.open()
        async with self._database.reading() as connection:
            newest_first = (api_keys.c.created_at.desc(), api_keys.c.key_id)
            rows = await connection.execute(select(api_keys).order_by(*newest_first))
            return [_key(row) for row in rows]

    async def ids(self) -> frozenset[str]:
        """Return the ids of all keys that are not revoked."""
        await self._database.open()
        async with self._database.reading() as connection:
            valid = select(api_keys.c.key_id).where(api_keys.c.revoked_at.is_(None))
            return frozenset(row.key_id for row in await connection.execute(valid))

    async def any(self) -> bool:
        """Return whether a key was ever made."""
        await self._database.open()
        async with self._database.reading() as connection:
            return await connection.scalar(select(api_keys.c.key_id).limit(1)) is not None

    async def revoke(self, key_id: str) -> None:
        """Let a key open nothing from now on; raise KeyNotFoundError."""
        await self._database.open()
        change = update(api_keys).where(
            api_keys.c.key_id == key_id, api_keys.c.revoked_at.is_(None)
        )
        async with self._database.writing() as connection:
            if (await connection.execute(change.values(revoked_at=Now()))).rowcount == 0:
                raise KeyNotFoundError(
                    f"No valid key has the id {key_id!r}. See them with: python -m app keys list"
                )


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey(
        key_id=row.key_id,
        name=row.name,
        role=Role(row.role),
        groups=frozenset(row.groups),
        created_at=_time(row.created_at),
        expires_at=None if row.expires_at is None else _time(row.expires_at),
        revoked_at=None if row.revoked_at is None else _time(row.revoked_at),
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
