"""How long the watch waits, and for what; all in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """A file is at rest when it is the same for ``settle``; after ``longest`` it is read anyway.

    All folders are looked through every ``sweep``, and every ``poll`` where the system cannot tell
    of changes. After an error the next attempt comes after ``first_pause``, and later ones after
    twice as long each, up to ``longest_pause``.
    """

    settle: float = 1.0
    longest: float = 60.0
    sweep: float = 600.0
    poll: float = 30.0
    look: float = 0.25
    first_pause: float = 1.0
    longest_pause: float = 60.0
