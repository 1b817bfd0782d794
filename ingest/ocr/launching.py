"""What runs between the ingestion and Tesseract: it gives up rights, then becomes that program.

A process of its own does it, because code between fork and exec is not safe in a program with
threads.
"""

import json
import math
import os
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from ingest.isolation import landlock
from ingest.isolation.confinement import set_limit
from ingest.isolation.system import control_process

_PR_SET_PDEATHSIG = 1
_MOST_OPEN_FILES = 64
_PROGRAMS = ("/usr", "/lib", "/lib64", "/bin", "/opt/homebrew", "/nix/store")
_READABLE = ("/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom", "/proc/cpuinfo")


def main(arguments: Sequence[str]) -> None:
    """Become the program ``arguments[1:]``, under limits of seconds and bytes in the first."""
    seconds, memory_bytes = json.loads(arguments[0])
    program = arguments[1]
    if sys.platform == "linux":
        control_process(_PR_SET_PDEATHSIG, signal.SIGKILL)
    rules = landlock.ruleset(map(Path, _READABLE), executable=_programs(program))
    if rules is not None:
        landlock.restrict(rules)
        os.close(rules)
    _limit(math.ceil(seconds), int(memory_bytes))
    os.execv(program, list(arguments[1:]))  # noqa: S606 - that no shell reads it is meant


def _programs(program: str) -> list[Path]:
    """Return where the program, its libraries and its data lie."""
    beside = Path(program).resolve().parents[1]
    data = os.environ.get("TESSDATA_PREFIX")
    return [*map(Path, _PROGRAMS), beside, *([Path(data)] if data else [])]


def _limit(seconds: int, memory_bytes: int) -> None:
    if sys.platform == "linux":  # macOS refuses it
        set_limit(resource.RLIMIT_AS, memory_bytes, memory_bytes)
    set_limit(resource.RLIMIT_CPU, seconds, seconds + 1)
    set_limit(resource.RLIMIT_FSIZE, 0, 0)
    set_limit(resource.RLIMIT_NOFILE, _MOST_OPEN_FILES, _MOST_OPEN_FILES)
    set_limit(resource.RLIMIT_CORE, 0, 0)
