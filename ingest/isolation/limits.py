"""How much the reading of one file may take, and how many are read at once."""

import os
import sys
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """What one file may take.

    ``seconds`` is wall time, ``memory_bytes`` is for the bytes of the file and all that is made of
    them, ``text_bytes`` is the length of its text in UTF-8.
    """

    seconds: float = 120.0
    memory_bytes: int = 1_000_000_000
    text_bytes: int = 200_000_000


@dataclass(frozen=True, slots=True)
class Isolation:
    """Reading in processes of their own: so many at once (0 is one for each core)."""

    parsers: int = 0
    limits: ParseLimits = field(default_factory=ParseLimits)

    @property
    def workers(self) -> int:
        """Return how many files are read at once."""
        return self.parsers or os.cpu_count() or 1


def can_isolate() -> bool:
    """Return whether this system can fork a process and limit it."""
    return hasattr(os, "fork") and sys.platform != "win32"
