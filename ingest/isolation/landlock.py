"""Landlock: a Linux process gives up files, connections and signals for good, needing no rights.

https://docs.kernel.org/userspace-api/landlock.html; the numbers are the kernel's, the same on
every architecture.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from ingest.isolation.system import call_system, control_process

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_ASK_VERSION = 1
_BELOW_PATH = 1
_PR_SET_NO_NEW_PRIVS = 38
_EXECUTE, _READ_FILE, _READ_FOLDER = 1, 1 << 2, 1 << 3
_RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights on files each version of the kernel's interface knows; later ones know 16."""

_FIRST_WITH_NETWORK, _BIND_AND_CONNECT = 4, 0b11
_FIRST_WITH_SCOPES, _SOCKETS_AND_SIGNALS = 6, 0b11


def ruleset(readable: Iterable[Path], executable: Iterable[Path] = ()) -> int | None:
    """Return a descriptor of rules: nothing but reading below these paths; None without Landlock.

    What is below ``executable`` may be read and run.

    With the rules go, where the kernel knows them, TCP connections, and signals to processes that
    are not under the same rules.
    """
    version = interface_version()
    if version < 1:
        return None
    attributes = _attributes(version)
    rules = call_system(_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
    for path in readable:
        _allow(rules, path, 0)
    for path in executable:
        _allow(rules, path, _EXECUTE)
    return rules


def restrict(rules: int) -> None:
    """Put this process under the rules; nothing can take it out again."""
    control_process(_PR_SET_NO_NEW_PRIVS, 1)
    call_system(_RESTRICT, rules, 0)


def interface_version() -> int:
    """Return the version of the kernel's interface; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    try:
        return call_system(_CREATE, None, ctypes.c_size_t(0), _ASK_VERSION)
    except OSError:
        return 0


def _attributes(version: int) -> bytes:
    rights = (1 << _RIGHTS_BY_VERSION.get(version, 16)) - 1
    words = [rights]
    if version >= _FIRST_WITH_NETWORK:
        words.append(_BIND_AND_CONNECT)
    if version >= _FIRST_WITH_SCOPES:
        words.append(_SOCKETS_AND_SIGNALS)
    return struct.pack(f"={len(words)}Q", *words)


def _allow(rules: int, path: Path, more: int) -> None:
    """Allow reading below this path, and ``more``, or nothing when there is none."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights = more | (_READ_FILE | _READ_FOLDER if path.is_dir() else _READ_FILE)
        call_system(_ADD_RULE, rules, _BELOW_PATH, struct.pack("=Qi", rights, descriptor), 0)
    finally:
        os.close(descriptor)
