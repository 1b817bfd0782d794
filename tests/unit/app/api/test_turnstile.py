"""Requests that arrive together begin one after another, and reading requests never wait."""

import asyncio

from starlette.types import Message, Receive, Scope, Send

from app.api.turnstile import TurnstileMiddleware


class Application:
    """Notes in which turn of the event loop each request begins, then waits to be let go."""

    def __init__(self) -> None:
        self.turn = 0
        self.began: list[int] = []
        self.goes_on = asyncio.Event()
        self.arrived = asyncio.Semaphore(0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        self.began.append(self.turn)
        self.arrived.release()
        await self.goes_on.wait()

    async def count_turns(self) -> None:
        while True:
            self.turn += 1
            await asyncio.sleep(0)


async def nothing() -> Message:
    return {}


async def nowhere(message: Message) -> None:
    del message


async def begin(method: str, count: int) -> Application:
    """Return what happened when so many requests arrived in the same turn."""
    application = Application()
    turnstile = TurnstileMiddleware(application)
    counting = asyncio.create_task(application.count_turns())
    scope = {"type": "http", "method": method}
    asked = [asyncio.create_task(turnstile(scope, nothing, nowhere)) for _ in range(count)]
    async with asyncio.timeout(5):
        for _ in range(count):
            await application.arrived.acquire()
    application.goes_on.set()
    await asyncio.gather(*asked)
    counting.cancel()
    return application


def test_no_two_questions_begin_in_the_same_turn_of_the_event_loop() -> None:
    application = asyncio.run(begin("POST", 50))
    assert len(set(application.began)) == 50


def test_a_probe_does_not_wait_behind_questions() -> None:
    application = asyncio.run(begin("GET", 50))
    assert len(set(application.began)) == 1


def test_who_leaves_the_line_lets_the_next_one_in() -> None:
    async def run() -> list[int]:
        application = Application()
        application.goes_on.set()
        turnstile = TurnstileMiddleware(application)
        scope = {"type": "http", "method": "POST"}
        asked = [asyncio.create_task(turnstile(scope, nothing, nowhere)) for _ in range(3)]
        await asyncio.sleep(0)
        asked[0].cancel()
        asked[1].cancel()
        results = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(result) for result in results[:2]] == [asyncio.CancelledError] * 2
        return application.began

    assert asyncio.run(asyncio.wait_for(run(), 5)) == [0]


def test_what_is_no_request_passes() -> None:
    application = Application()
    application.goes_on.set()
    asyncio.run(TurnstileMiddleware(application)({"type": "lifespan"}, nothing, nowhere))
    assert application.began == [0]
