"""How a child ended, in a word, from what the kernel tells of it."""

import os
import signal
from dataclasses import dataclass
from enum import StrEnum

from ingest.isolation.limits import ParseLimits

OUT_OF_MEMORY = 86
"""The exit code of a child whose memory ran out: it may have none left to write an answer."""

_NEARLY_ALL = 0.9


class Verdict(StrEnum):
    """How the reading of a file ended."""

    ANSWERED = "answered"
    TOO_SLOW = "too slow"
    TOO_MUCH_MEMORY = "too much memory"
    TOO_MUCH_TEXT = "too much text"
    KILLED = "killed"
    CRASHED = "crashed"
    NOT_STARTED = "not started"


@dataclass(frozen=True, slots=True)
class Ending:
    """The verdict, the signal or exit code behind it, and what the child wrote."""

    verdict: Verdict
    detail: str = ""
    answer: bytes | bytearray = b""


@dataclass(frozen=True, slots=True)
class Used:
    """What a child that has ended took."""

    cpu_seconds: float
    memory_bytes: int


def verdict_of(status: int, used: Used, limits: ParseLimits) -> tuple[Verdict, str]:
    """Return the verdict on a child that nobody here ended, and its signal or exit code.

    A kill that came from nowhere came from the kernel: its CPU time was over, or memory ran out.
    Native libraries often end their process when they are given no more memory.
    """
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        known = {0: Verdict.ANSWERED, OUT_OF_MEMORY: Verdict.TOO_MUCH_MEMORY}
        return known.get(code, Verdict.CRASHED), f"exit code {code}"
    number = -code
    if number == signal.SIGXCPU:
        return Verdict.TOO_SLOW, ""
    if number == signal.SIGKILL:
        late = used.cpu_seconds >= limits.seconds
        return (Verdict.TOO_SLOW if late else Verdict.KILLED), ""
    full = used.memory_bytes >= _NEARLY_ALL * limits.memory_bytes
    return (Verdict.TOO_MUCH_MEMORY if full else Verdict.CRASHED), _name(number)


def _name(number: int) -> str:
    known = {each.value for each in signal.Signals}
    return signal.Signals(number).name if number in known else f"signal {number}"
