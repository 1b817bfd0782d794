"""API keys: random, shown once, kept as hashes."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex, token_urlsafe

from app.access.caller import Caller, Role

PREFIX = "mureum"
_FORM = re.compile(rf"{PREFIX}_([0-9a-f]{{12}})_([A-Za-z0-9_-]{{43}})")
_ID_BYTES = 6
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key: never its secret. An admin key sees every document."""

    key_id: str
    name: str
    role: Role
    groups: frozenset[str]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_valid_at(self, now: datetime) -> bool:
        """Return whether the key opens anything at this time."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    @property
    def caller(self) -> Caller:
        """Return who sends requests with this key."""
        groups = None if self.role is Role.ADMIN else self.groups
        return Caller(self.name, self.role, groups, self.key_id)


@dataclass(frozen=True, slots=True)
class Token:
    """What is sent with a request: which key, and the secret that proves it."""

    key_id: str
    secret: str

    @classmethod
    def made(cls) -> "Token":
        """Return a new one; nobody can guess it."""
        return cls(token_hex(_ID_BYTES), token_urlsafe(_SECRET_BYTES))

    @classmethod
    def read(cls, text: str) -> "Token | None":
        """Return the token that a text is; None where it has another form."""
        found = _FORM.fullmatch(text)
        return cls(*found.groups()) if found else None

    @property
    def text(self) -> str:
        """Return what is given to the owner of the key, and kept nowhere."""
        return f"{PREFIX}_{self.key_id}_{self.secret}"

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the secret; it has 256 random bits, so that no salt is needed."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def proves(self, fingerprint: str) -> bool:
        """Return whether the secret has this fingerprint, in a time that tells nothing."""
        return hmac.compare_digest(self.fingerprint, fingerprint)
