"""How much the living uploads of one owner may take together."""

from dataclasses import dataclass

from index.errors import QuotaExceededError


@dataclass(frozen=True, slots=True)
class Quota:
    """What is allowed; 0 is no limit."""

    size_bytes: int = 0
    files: int = 0

    @property
    def is_limited(self) -> bool:
        """Return whether anything is not allowed."""
        return bool(self.size_bytes or self.files)


@dataclass(frozen=True, slots=True)
class Usage:
    """What the living uploads of one owner take, each with its present file only."""

    size_bytes: int = 0
    files: int = 0

    def with_file(self, size_bytes: int, files: int = 1) -> "Usage":
        """Return what it is with so many bytes more, in another file or in a present one."""
        return Usage(self.size_bytes + size_bytes, self.files + files)


UNLIMITED = Quota()


def check_quota(quota: Quota, used: Usage, wanted: Usage) -> None:
    """Raise QuotaExceededError for more than is allowed; to take less is always allowed."""
    too_large = 0 < quota.size_bytes < wanted.size_bytes > used.size_bytes
    too_many = 0 < quota.files < wanted.files > used.files
    if too_large or too_many:
        raise QuotaExceededError(
            f"The uploads of this key take {_of(used.size_bytes, quota.size_bytes)} bytes and"
            f" {_of(used.files, quota.files)} files; nothing more than that is kept. Remove some"
            " that are not needed any more, or ask whoever runs the service for more."
        )


def _of(used: int, allowed: int) -> str:
    return f"{used:,} of {allowed:,}" if allowed else f"{used:,}"
