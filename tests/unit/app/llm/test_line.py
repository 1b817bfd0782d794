"""A bounded line that is fair."""

import asyncio

import pytest

from app.errors import OverloadedError
from app.llm.line import Line


async def hold(line: Line, served: list[int], number: int) -> None:
    async with line.place():
        served.append(number)
        await asyncio.sleep(0.01)


def test_who_comes_first_is_served_first() -> None:
    async def crowd() -> list[int]:
        line, served = Line(2, 8), []
        await asyncio.gather(*(hold(line, served, number) for number in range(10)))
        return served

    assert asyncio.run(crowd()) == list(range(10))


def test_no_more_are_served_at_a_time_than_there_are_places() -> None:
    async def most_at_a_time() -> int:
        line, here, most = Line(3, 20), 0, 0

        async def visit() -> None:
            nonlocal here, most
            async with line.place():
                here += 1
                most = max(most, here)
                await asyncio.sleep(0.001)
                here -= 1

        await asyncio.gather(*(visit() for _ in range(20)))
        return most

    assert asyncio.run(most_at_a_time()) == 3


def test_a_full_line_turns_away_at_once() -> None:
    async def crowd() -> list[object]:
        line, served = Line(1, 1), []
        visits = [hold(line, served, number) for number in range(3)]
        return await asyncio.gather(*visits, return_exceptions=True)

    results = asyncio.run(crowd())
    assert [type(result) for result in results] == [type(None), type(None), OverloadedError]


def test_who_gives_up_leaves_no_gap() -> None:
    async def crowd() -> list[int]:
        line, served = Line(1, 2), []
        tasks = [asyncio.create_task(hold(line, served, number)) for number in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.sleep(0)
        tasks.append(asyncio.create_task(hold(line, served, 3)))
        await asyncio.gather(*tasks, return_exceptions=True)
        return served

    assert asyncio.run(crowd()) == [0, 2, 3]


def test_a_place_handed_to_someone_who_gives_up_then_is_handed_on() -> None:
    async def crowd() -> list[int]:
        line, served = Line(1, 2), []
        async with line.place():
            tasks = [asyncio.create_task(hold(line, served, number)) for number in range(2)]
            await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(1), line.place():
            return served

    assert asyncio.run(crowd()) == [1]


def test_an_error_inside_frees_the_place() -> None:
    async def fail_and_return() -> None:
        line = Line(1, 0)
        with pytest.raises(ZeroDivisionError):
            async with line.place():
                raise ZeroDivisionError
        async with line.place():
            pass

    asyncio.run(fail_and_return())
