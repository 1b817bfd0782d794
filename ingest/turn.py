"""Whoever wants to write while another process does waits for a turn, for a while."""

import logging
import time

from index.base import SearchIndex, Writer
from index.errors import IndexLockedError

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 30.0
"""How long a person at a terminal waits: the worker of a service gives turns more often."""

_SECONDS_BETWEEN_TRIES = 0.1


def writer_in_turn(index: SearchIndex, seconds: float, *, rebuild: bool = False) -> Writer:
    """Return the writer as soon as no other is open; raise IndexLockedError after so long."""
    deadline = time.monotonic() + seconds
    told = False
    while True:
        try:
            return index.writer(rebuild=rebuild)
        except IndexLockedError:
            if time.monotonic() >= deadline:
                raise
        if not told:
            told = True
            logger.warning(
                "Another process is writing to the index; waiting up to %.0f s.", seconds
            )
        time.sleep(_SECONDS_BETWEEN_TRIES)
