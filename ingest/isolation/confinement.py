"""What a child gives up before it looks at a file: memory, time, files, signals, the network."""

import math
import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass

from ingest.isolation import landlock
from ingest.isolation.limits import ParseLimits
from ingest.isolation.system import control_process

_MOST_OPEN_FILES = 32
_MOST_INHERITED = 256
_PR_SET_PDEATHSIG = 1
_STREAMS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class Confinement:
    """How the children of one supervisor are confined.

    ``base_bytes`` is the address space that every child has before it does anything, and
    ``ruleset`` a Landlock ruleset, or None where the kernel has none.
    """

    limits: ParseLimits
    supervisor: int
    base_bytes: int
    ruleset: int | None


def confine(confinement: Confinement, kept: int) -> None:
    """Confine this process for good; only the descriptor ``kept`` stays open."""
    os.setpgid(0, 0)
    _die_with(confinement.supervisor)
    _go_first()
    _close_all_but(kept, confinement.ruleset)
    if confinement.ruleset is not None:
        landlock.restrict(confinement.ruleset)
        os.close(confinement.ruleset)
    _limit(confinement)


def address_space_bytes() -> int:
    """Return how much address space this process has; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - runs before each fork
            return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _die_with(supervisor: int) -> None:
    """End when the supervisor does; elsewhere than on Linux the limit on CPU time does it."""
    if sys.platform == "linux":
        control_process(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != supervisor:
        os._exit(1)


def _go_first() -> None:
    """Let the kernel end this process before all others when the machine has no memory left."""
    with suppress(OSError):
        descriptor = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(descriptor, b"1000")
        os.close(descriptor)


def _close_all_but(kept: int, ruleset: int | None) -> None:
    """Close what the supervisor has open, its connection above all; the streams lead nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in _STREAMS:
        os.dup2(nowhere, stream)
    position = len(_STREAMS)
    for descriptor in sorted({kept, kept if ruleset is None else ruleset}):
        os.closerange(position, descriptor)
        position = descriptor + 1
    os.closerange(position, _MOST_INHERITED)


def _limit(confinement: Confinement) -> None:
    memory_bytes = confinement.base_bytes + confinement.limits.memory_bytes
    seconds = math.ceil(confinement.limits.seconds)
    if sys.platform == "linux":  # macOS refuses it
        set_limit(resource.RLIMIT_AS, memory_bytes, memory_bytes)
    set_limit(resource.RLIMIT_CPU, seconds, seconds + 1)
    set_limit(resource.RLIMIT_FSIZE, 0, 0)
    set_limit(resource.RLIMIT_NOFILE, _MOST_OPEN_FILES, _MOST_OPEN_FILES)
    set_limit(resource.RLIMIT_CORE, 0, 0)


def set_limit(kind: int, soft: int, hard: int) -> None:
    """Set a limit, or leave it where the system's own is lower."""
    most = resource.getrlimit(kind)[1]
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(kind, (soft, hard))
