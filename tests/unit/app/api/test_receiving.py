"""Senders that leave, fall silent, or send slowly: what becomes of their forms."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI

from app.api.application import WebOptions, create_application
from app.uploads import UploadLimits
from tests.unit.app.api.test_uploads import WatchedQueue
from tests.unit.app.services import SMALL_LIMITS, make_service, uploads_of

pytestmark = pytest.mark.anyio

HEAD = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\n'


class Sender:
    """Sends pieces of a body and then does what it is told: ends, leaves, or says nothing."""

    def __init__(self, *pieces: bytes, then: str) -> None:
        self.pieces, self.then = list(pieces), then
        self.sent: list[dict[str, Any]] = []
        self.silent = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await asyncio.sleep(0.01)
        if self.pieces:
            last = len(self.pieces) == 1 and self.then == "end"
            return {"type": "http.request", "body": self.pieces.pop(0), "more_body": not last}
        if self.then == "leave":
            return {"type": "http.disconnect"}
        self.silent.set()
        await asyncio.sleep(60)
        raise AssertionError("nobody waits that long")

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def post(self, application: FastAPI) -> int:
        """Return the status of the response."""
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/documents",
            "raw_path": b"/documents",
            "query_string": b"",
            "headers": [(b"content-type", b"multipart/form-data; boundary=b")],
            "server": ("127.0.0.1", 8000),
        }
        await application(scope, self.receive, self.send)
        status: int = self.sent[0]["status"]
        return status


@pytest.fixture
def queue() -> WatchedQueue:
    return WatchedQueue()


@pytest.fixture
async def application(queue: WatchedQueue) -> AsyncGenerator[FastAPI, None]:
    limits = replace(SMALL_LIMITS, silent_seconds=0.2)
    service = replace(make_service(), uploads=uploads_of(queue, limits))
    yield create_application(service, WebOptions(8_192))
    await service.close()


async def test_nothing_is_left_of_a_sender_that_leaves(
    application: FastAPI, queue: WatchedQueue
) -> None:
    assert await Sender(HEAD, b"x" * 90_000, then="leave").post(application) == 400
    assert queue.written == 90_000
    assert (queue.open, queue.finished) == (set(), 0)
    assert queue.jobs(limit=1).total == 0


async def test_a_sender_that_falls_silent_is_told_so_and_nothing_is_left(
    application: FastAPI, queue: WatchedQueue
) -> None:
    sender = Sender(HEAD, b"x", then="say nothing")
    assert await asyncio.wait_for(sender.post(application), 2) == 408
    assert b"upload-timeout" in sender.sent[1]["body"]
    assert (queue.open, queue.finished) == (set(), 0)


async def test_a_sender_may_be_slow_as_long_as_something_comes(
    application: FastAPI, queue: WatchedQueue
) -> None:
    pieces = [HEAD, *[b"x"] * 40, b"\r\n--b--\r\n"]
    assert await Sender(*pieces, then="end").post(application) == 202
    assert queue.jobs(limit=1).total == 1


async def test_a_request_that_is_cancelled_leaves_nothing(
    application: FastAPI, queue: WatchedQueue
) -> None:
    sender = Sender(HEAD, b"x", then="say nothing")
    posting = asyncio.create_task(sender.post(application))
    await sender.silent.wait()
    assert queue.written
    posting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await posting
    assert (queue.open, queue.finished) == (set(), 0)


async def test_a_large_file_passes_through_in_pieces() -> None:
    largest = 0

    class Measuring(WatchedQueue):
        def receiver(self) -> Any:
            receiver = super().receiver()
            write = receiver.write

            def measured(content: bytes) -> None:
                nonlocal largest
                largest = max(largest, len(content))
                write(content)

            receiver.write = measured  # type: ignore[method-assign]
            return receiver

    queue = Measuring()
    limits = UploadLimits(file_bytes=10**7, form_bytes=2 * 10**7)
    service = replace(make_service(), uploads=uploads_of(queue, limits))
    pieces = [HEAD, *[b"x" * 65_536] * 100, b"\r\n--b--\r\n"]
    assert (
        await Sender(*pieces, then="end").post(create_application(service, WebOptions(8_192)))
        == 202
    )
    assert queue.written == 6_553_600
    assert largest <= 65_536
    await service.close()
