"""Whoever sends a request: what it may do, and which documents it may see."""

from dataclasses import dataclass, replace
from enum import StrEnum

from app.errors import ForbiddenError
from index.models import Filters


class Role(StrEnum):
    """What a key is for; each role may do all that the ones before it may."""

    ASK = "ask"
    INGEST = "ingest"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Return whether this role may do what the other one may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends requests with one key, or with none where none is needed.

    ``groups`` are those whose documents it sees beside the ones that belong to no group; None
    lets it see every document. What it makes belongs to its ``key_id``.
    """

    name: str
    role: Role
    groups: frozenset[str] | None
    key_id: str | None = None

    def check(self, role: Role) -> None:
        """Raise ForbiddenError unless this caller may do what the role may."""
        if not self.role.includes(role):
            raise ForbiddenError(
                f"This needs a key with the role {role}; yours has the role {self.role}."
            )

    def narrowed(self, filters: Filters) -> Filters:
        """Return the filters so that only what this caller may see passes."""
        return replace(filters, groups=self.groups)


ANYONE = Caller("anyone", Role.ADMIN, groups=None)
"""Who calls a service that asks for no key."""
