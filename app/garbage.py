"""The garbage collector works when nobody waits for it.

Almost everything dies with its last reference. To find the little that does not, the collector
looks through all that lives: with hundreds of answers at once that takes a tenth of a second, in
which nothing else happens.
"""

import asyncio
import gc
from collections.abc import Callable

_THRESHOLDS = (10_000, 50, 2)
"""New objects before the youngest are looked through, and how often that happens before the next
older ones are. All are looked through after a million new ones, also where nobody ever rests."""

_LOOK_SECONDS = 1.0


def settle() -> None:
    """Take what was loaded out of the collector's sight: it lives as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


async def collect_when_idle(is_idle: Callable[[], bool]) -> None:
    """Collect what was left behind whenever there is something and nobody is being answered."""
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        if is_idle() and any(gc.get_count()[1:]):
            gc.collect()
