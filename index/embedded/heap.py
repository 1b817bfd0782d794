"""Memory that was freed goes back to the system; glibc would keep it for the same process."""

import ctypes
import sys


def give_back_freed_memory() -> None:
    """Return what can be returned, in a few milliseconds; nothing happens without glibc.

    BM25 commits and new vector files take tens of megabytes for a moment, again and again: a
    process that ingests for long seemed to grow though it held nothing more.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
