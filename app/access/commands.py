"""``python -m app keys``: makes, lists and revokes API keys."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.access.key_store import KeyStore, NewKey
from app.access.keys import ApiKey, Token
from app.audit.act import Act
from app.audit.log import AuditLog
from app.errors import KeyFileError
from app.memory.database import Database
from app.memory.errors import MemoryUnavailableError
from index.errors import SettingsError

_TIME = "%Y-%m-%d %H:%M"
_PAUSE_SECONDS = 1.0
_LONGEST_TEXT = 100


@dataclass(frozen=True, slots=True)
class KeyWish:
    """A key to make: unless there was ever one (``first_only``), into a file (``out``).

    A database that cannot be used is tried again for ``wait_seconds``.
    """

    key: NewKey
    first_only: bool = False
    out: Path | None = None
    wait_seconds: float = 0.0


async def check_keys(database: Database) -> None:
    """Raise SettingsError when no key was ever made: nobody could be told apart."""
    async with _keys(database) as keys:
        if not await keys.any():
            raise SettingsError(
                "Other machines can reach this address, and there is no API key yet. Make one"
                " with: python -m app keys create --name NAME --role admin"
                " (or set MUREUM_APP_HOST to 127.0.0.1)"
            )


async def create(database: Database, wish: KeyWish, audit: AuditLog) -> list[str]:
    """Make a key and return the lines to print; its text is in them or in the file, only there."""
    async with _keys(database) as keys:
        await _opened(database, wish.wait_seconds)
        if wish.first_only and await keys.any():
            return ["There are keys already; nothing was made."]
        if wish.out is None:
            key, token = await keys.create(wish.key)
            audit.write(_act("key.create", key.key_id))
            return [f"{_described(key)}. It is shown only now:", token.text]
        if wish.first_only:
            _remove_left_over(wish.out)
        key = await _created_in_file(keys, wish.key, wish.out)
        audit.write(_act("key.create", key.key_id))
        return [f"{_described(key)}. Its text is in {wish.out}"]


async def listed(database: Database) -> list[str]:
    """Return a line for each key, the newest first."""
    async with _keys(database) as keys:
        known = await keys.list()
    if not known:
        return ["There are no keys. Make one with: python -m app keys create --name NAME"]
    return [_line(key) for key in known]


async def revoke(database: Database, key_id: str, audit: AuditLog) -> list[str]:
    """Let a key open nothing any more; raise KeyNotFoundError."""
    async with _keys(database) as keys:
        await keys.revoke(key_id)
    audit.write(_act("key.revoke", key_id))
    return [f"Key {key_id} is revoked; a running service knows it within seconds."]


def _act(action: str, key_id: str) -> Act:
    """Return an act of whoever may use this command line: a user of the machine."""
    return Act(action, name=f"user {os.getuid()}", client="command line", subject=key_id)


@asynccontextmanager
async def _keys(database: Database) -> AsyncIterator[KeyStore]:
    try:
        yield KeyStore(database)
    finally:
        await database.close()


async def _opened(database: Database, wait_seconds: float) -> None:
    """Open the database, which may still be starting; raise MemoryUnavailableError."""
    until = time.monotonic() + wait_seconds
    while True:
        try:
            return await database.open()
        except MemoryUnavailableError:
            if time.monotonic() >= until:
                raise
        await asyncio.sleep(_PAUSE_SECONDS)


async def _created_in_file(keys: KeyStore, new: NewKey, path: Path) -> ApiKey:
    """Make a key whose text is in the file; without a key there is no file, or a retry met it.

    The file comes first: a key without its text could not be made again.
    """
    token = Token.made()
    descriptor = _new_file(path)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{token.text}\n")
        return (await keys.create(new, token))[0]
    except OSError as error:
        path.unlink(missing_ok=True)  # noqa: ASYNC240 - a command that does nothing else
        raise _no_file(path, error) from error
    except BaseException:
        path.unlink(missing_ok=True)  # noqa: ASYNC240 - a command that does nothing else
        raise


def _remove_left_over(path: Path) -> None:
    """Remove the file of a key that no database knows, because no key was ever made.

    Its process was killed before it stored the key, or stored it in another database.
    """
    try:
        text = path.read_text(encoding="ascii") if path.stat().st_size < _LONGEST_TEXT else "long"
    except (OSError, UnicodeDecodeError):
        return
    if not text or Token.read(text.strip()):
        path.unlink(missing_ok=True)


def _new_file(path: Path) -> int:
    """Return a new file that only its owner may read; raise KeyFileError where there is one."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise _no_file(path, error) from error


def _no_file(path: Path, error: OSError) -> KeyFileError:
    return KeyFileError(
        f"{path} cannot be made ({error.strerror}); no key was made. Give another file."
    )


def _described(key: ApiKey) -> str:
    return f"Key {key.key_id} ({key.name}, {_rights(key)}) was made"


def _rights(key: ApiKey) -> str:
    groups = ", ".join(sorted(key.groups))
    return f"{key.role}, groups {groups}" if groups else str(key.role)


def _line(key: ApiKey) -> str:
    state = [f"made {_shown(key.created_at)}"]
    if key.expires_at is not None:
        state.append(f"until {_shown(key.expires_at)}")
    if key.revoked_at is not None:
        state.append(f"revoked {_shown(key.revoked_at)}")
    return f"{key.key_id}  {_rights(key)}  {', '.join(state)}  {key.name}"


def _shown(time: datetime) -> str:
    return f"{time.strftime(_TIME)} UTC"
