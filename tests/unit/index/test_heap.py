"""Memory that a process has no use for any more."""

import ctypes
import sys
from pathlib import Path

import pytest

from index.embedded.heap import give_back_freed_memory

HAS_GLIBC = sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_trim")


def resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


@pytest.mark.skipif(not HAS_GLIBC, reason="only glibc keeps freed memory and can be asked for it")
def test_freed_memory_below_a_small_rest_is_given_back() -> None:
    blocks = [bytes(1000) for _ in range(100_000)]
    last = blocks[-1]
    del blocks
    before = resident_megabytes()
    give_back_freed_memory()
    assert resident_megabytes() < before - 50
    assert len(last) == 1000


def test_without_glibc_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    give_back_freed_memory()
