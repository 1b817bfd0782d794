"""Watches one child: takes what it writes, within bounds, and sees to it that it ends."""

import os
import select
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass

from ingest.isolation.limits import ParseLimits
from ingest.isolation.verdict import Ending, Used, Verdict, verdict_of

_PIECE_BYTES = 1 << 16
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.0001, 0.01


@dataclass(frozen=True, slots=True)
class Child:
    """A child at work: what it writes can be read from ``reading``; the deadline is monotonic."""

    pid: int
    reading: int
    deadline: float
    limits: ParseLimits
    most_bytes: int


def watch(child: Child, ingestion: socket.socket) -> Ending:
    """Return how the child ended; it, and what it started, is gone then.

    It is ended when its time is over, when it writes too much, and when the ingestion is gone.
    """
    answer = bytearray()
    stopped = _collect(child, ingestion, answer)
    ended = _wait(child.pid, child.deadline) if stopped is None else None
    if ended is None:
        _kill_group(child.pid)
        os.waitpid(child.pid, 0)
        return Ending(stopped or Verdict.TOO_SLOW)
    _kill_group(child.pid)
    verdict, detail = verdict_of(*ended, child.limits)
    return Ending(verdict, detail, answer)


def _collect(child: Child, ingestion: socket.socket, answer: bytearray) -> Verdict | None:
    """Add to the answer until the child closes its side; return why it must not go on."""
    poller = select.poll()
    poller.register(child.reading, select.POLLIN)
    poller.register(ingestion, select.POLLIN)
    while (left := child.deadline - time.monotonic()) > 0:
        ready = {descriptor for descriptor, _ in poller.poll(left * 1000)}
        if ingestion.fileno() in ready:  # it sends nothing before it has its answer: it is gone
            return Verdict.TOO_SLOW
        if child.reading in ready:
            piece = os.read(child.reading, _PIECE_BYTES)
            if not piece:
                return None
            answer += piece
        if len(answer) > child.most_bytes:
            return Verdict.TOO_MUCH_TEXT
    return Verdict.TOO_SLOW


def _wait(pid: int, deadline: float) -> tuple[int, Used] | None:
    """Return the exit status of a child and what it took; None when it has not ended in time.

    It has closed its side, so that it is about to end, unless it only pretends.
    """
    pause = _FIRST_PAUSE_SECONDS
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, Used(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
        if time.monotonic() > deadline:
            return None
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _kill_group(pid: int) -> None:
    """Kill a child and what it started; nothing is left where it ended by itself."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
