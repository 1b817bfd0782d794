"""Calls of the system that Python has no functions for."""

import ctypes
import os
from functools import cache


def control_process(option: int, value: int) -> None:
    """Set one of the options of prctl(2) for this process."""
    _check(libc().prctl(option, value, 0, 0, 0), "prctl")


def call_system(number: int, *arguments: object) -> int:
    """Return the result of a call of the kernel by its number; raise OSError where it fails."""
    return _check(int(libc().syscall(number, *arguments)), f"system call {number}")


@cache
def libc() -> ctypes.CDLL:
    """Return the C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, name: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result
