"""A server that has to end: whoever asked is told so, once, and supervisors know it before."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from httpx import ASGITransport, AsyncClient, Response

from app.api.application import WebOptions, create_application
from app.api.ending import EndingMiddleware, OpenRequests
from app.api.problems import Problem
from app.api.streaming import event, streamed
from tests.unit.app.services import make_service

ENDING = "urn:mureum:problem:ending"


class Place:
    """An application whose answers take for ever, once they have begun."""

    def __init__(self) -> None:
        self.open = OpenRequests()
        self.reached = asyncio.Event()
        self.given_up = 0
        application = FastAPI()
        application.add_middleware(EndingMiddleware, open_requests=self.open)
        application.add_api_route("/silent", self.silent)
        application.add_api_route("/told/{words}", self.told, response_class=StreamingResponse)
        self.client = AsyncClient(transport=ASGITransport(application), base_url="http://here")

    async def silent(self) -> None:
        await self._wait()

    async def told(self, words: int, request: Request) -> StreamingResponse:
        return await streamed(self._texts(words), request, _error)

    async def _texts(self, words: int) -> AsyncGenerator[str, None]:
        for number in range(words):
            yield f"event: delta\ndata: {number}\n\n"
        if words == 0:
            yield "event: done\ndata: {}\n\n"
        await self._wait()

    async def _wait(self) -> None:
        self.reached.set()
        try:
            await asyncio.sleep(3_600)
        finally:
            self.given_up += 1

    async def ended(self, path: str) -> Response:
        """Return what a request gets when the server ends while it waits."""
        asked = asyncio.create_task(self.client.get(path))
        await self.reached.wait()
        assert self.open.end() > 0
        return await asyncio.wait_for(asked, 5)


def _error(problem: Problem) -> str:
    return event("error", problem)


@pytest.mark.anyio
async def test_a_request_that_got_nothing_yet_gets_503() -> None:
    place = Place()
    response = await place.ended("/silent")
    assert (response.status_code, response.json()["type"]) == (503, ENDING)
    assert response.headers["Retry-After"]
    assert place.given_up == 1


@pytest.mark.anyio
@pytest.mark.parametrize("words", [1, 16, 40])
async def test_a_stream_tells_all_that_was_made_and_ends_with_one_error(words: int) -> None:
    place = Place()
    response = await place.ended(f"/told/{words}")
    told = response.text.strip().split("\n\n")
    assert told[:-1] == [f"event: delta\ndata: {number}" for number in range(words)]
    assert told[-1].startswith("event: error\n")
    assert ENDING in told[-1]
    assert place.given_up == 1


@pytest.mark.anyio
async def test_a_stream_that_told_its_last_word_gets_no_second_end() -> None:
    place = Place()
    asked = asyncio.create_task(place.client.get("/told/0"))
    await place.reached.wait()
    place.open.end()
    await asyncio.sleep(0)
    assert place.given_up == 0
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


@pytest.mark.anyio
async def test_what_has_ended_is_not_ended_again() -> None:
    place = Place()
    await place.ended("/silent")
    assert place.open.end() == 0


def test_a_server_that_was_told_to_end_is_alive_and_not_ready() -> None:
    application = create_application(make_service(), WebOptions())
    with TestClient(application) as client:
        before = client.get("/ready")
        application.state.open_requests.close()
        after = client.get("/ready")
        assert client.get("/health").status_code == 200
    assert before.status_code == 200
    assert (after.status_code, after.json()["type"]) == (503, ENDING)
