"""Answers that take too long, in themselves and for their caller."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from app.errors import AnswerTimeoutError
from app.pipeline.deadline import limited, within

pytestmark = pytest.mark.anyio


class Words:
    """Yields words with pauses, and tells when it was closed."""

    def __init__(self, count: int, pause_seconds: float) -> None:
        self.count, self.pause_seconds = count, pause_seconds
        self.said = 0
        self.closed = False

    async def say(self) -> AsyncGenerator[int, None]:
        try:
            for number in range(self.count):
                await asyncio.sleep(self.pause_seconds)
                self.said += 1
                yield number
        finally:
            self.closed = True


async def heard_slowly(words: AsyncGenerator[int, None], pause_seconds: float = 0.02) -> None:
    async for _ in words:
        await asyncio.sleep(pause_seconds)


@pytest.mark.parametrize("seconds", [0, 60])
async def test_what_is_ready_in_time_comes_whole(seconds: float) -> None:
    words = Words(5, 0)
    assert [word async for word in within(seconds, words.say())] == [0, 1, 2, 3, 4]
    assert words.closed


async def test_what_takes_too_long_in_all_is_given_up_and_closed() -> None:
    words = Words(1_000, 0.02)
    with pytest.raises(AnswerTimeoutError, match=r"0\.2 seconds.*MUREUM_APP_ANSWER_SECONDS"):
        await heard_slowly(within(0.2, words.say()), 0)
    assert words.said <= 10
    assert words.closed


async def test_the_time_of_whoever_listens_counts_too() -> None:
    words = Words(100, 0.001)
    with pytest.raises(AnswerTimeoutError):
        await heard_slowly(within(0.05, words.say()))
    assert words.said <= 3


async def test_whoever_leaves_closes_the_work() -> None:
    words = Words(100, 0)
    async with aclosing(within(60, words.say())) as heard:
        await anext(heard)
    assert words.closed


async def test_another_timeout_stays_what_it_is() -> None:
    with pytest.raises(TimeoutError, match="another"):
        async with limited(60):
            raise TimeoutError("another")
