import asyncio
import gc
from contextlib import suppress

import pytest

from app import garbage
from app.garbage import collect_when_idle

pytestmark = pytest.mark.anyio


@pytest.fixture
def collections(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The generations that were collected, with a collector that does nothing of its own accord."""
    monkeypatch.setattr(garbage, "_LOOK_SECONDS", 0.01)
    done: list[int] = []
    monkeypatch.setattr(garbage.gc, "collect", lambda: done.append(2))
    monkeypatch.setattr(garbage.gc, "get_count", lambda: (5, 1, 0))
    return done


async def looked(*, idle: bool) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(collect_when_idle(lambda: idle), 0.1)


async def test_what_was_left_behind_is_collected_when_nobody_is_answered(
    collections: list[int],
) -> None:
    await looked(idle=True)
    assert collections


async def test_nobody_waits_for_the_collector(collections: list[int]) -> None:
    await looked(idle=False)
    assert not collections


async def test_where_nothing_was_left_nothing_is_collected(
    collections: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage.gc, "get_count", lambda: (5, 0, 0))
    await looked(idle=True)
    assert not collections


def test_all_are_looked_through_after_a_million_new_objects() -> None:
    first, second, third = garbage._THRESHOLDS
    assert first * second * third == 1_000_000
    assert gc.isenabled()
