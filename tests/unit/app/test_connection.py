"""Connections of clients that do not go on, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from app.connection import BoundedConnection

pytestmark = pytest.mark.anyio

REQUEST = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
HUGE = b"x" * 30_000_000


class Hasty(BoundedConnection):
    head_seconds = 0.4
    stalled_seconds = 0.4


class Patient(BoundedConnection):
    """For what must not be given up, on a machine that has much else to do."""

    head_seconds = 20.0
    stalled_seconds = 10.0


class Place:
    """A server of one connection class, with what it saw."""

    def __init__(self) -> None:
        self.state = ServerState()
        self.begun, self.answered = asyncio.Event(), asyncio.Event()

    async def application(self, scope: Any, receive: Any, send: Any) -> None:
        del receive
        self.begun.set()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/slow":
            await asyncio.sleep(1)
        body = HUGE if scope["path"] == "/huge" else b"answer"
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body"})
        self.answered.set()

    @asynccontextmanager
    async def called(
        self, connection: type[BoundedConnection] = Hasty
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Give the client's ends of a connection."""
        config = uvicorn.Config(
            self.application, log_config=None, interface="asgi3", timeout_keep_alive=1
        )
        server = await asyncio.get_running_loop().create_server(
            lambda: connection(config, self.state, {}), "127.0.0.1", 0
        )
        async with server:
            host, port = server.sockets[0].getsockname()
            reader, writer = await asyncio.open_connection(host, port, limit=2**20)
            try:
                yield reader, writer
            finally:
                writer.close()


async def rest(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the server closes the connection."""
    return await asyncio.wait_for(reader.read(), 5)


async def trickle(writer: asyncio.StreamWriter, piece: bytes) -> None:
    """Send a piece again and again, as long as the server takes it."""
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.02)


async def closed_meanwhile(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, piece: bytes
) -> None:
    """Return when the server closed the connection though more was being sent.

    What it said last may be lost then: the system throws it away when something comes late.
    """
    sending = asyncio.create_task(trickle(writer, piece))
    with suppress(ConnectionResetError):
        await rest(reader)
    sending.cancel()
    await asyncio.wait([sending])


async def test_a_connection_that_says_nothing_is_closed() -> None:
    async with Place().called() as (reader, _):
        assert await rest(reader) == b""


async def test_half_a_head_is_answered_in_the_end() -> None:
    async with Place().called() as (reader, writer):
        writer.write(REQUEST[:20])
        assert (await rest(reader)).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("piece", [b"X: y\r\n", b"x", b"\r\n"])
async def test_a_head_that_trickles_is_given_up(piece: bytes) -> None:
    place = Place()
    async with place.called() as (reader, writer):
        if piece != b"\r\n":
            writer.write(b"GET / HTTP/1.1\r\n")
        await closed_meanwhile(reader, writer, piece)
    assert not place.begun.is_set()


@pytest.mark.parametrize("head", [b"X: y\r\n", b"x"])
async def test_a_head_that_does_not_end_is_refused(head: bytes) -> None:
    async with Place().called(Patient) as (reader, writer):
        begin = b"GET / HTTP/1.1\r\nX: "
        writer.write((begin + head * 70_000)[: Patient.head_bytes + 1])
        assert (await rest(reader)).startswith(b"HTTP/1.1 431 ")


async def test_requests_follow_one_another_on_one_connection() -> None:
    async with Place().called(Patient) as (reader, writer):
        for _ in range(4):
            writer.write(REQUEST[:20])
            await asyncio.sleep(0.02)
            writer.write(REQUEST[20:])
            await reader.readuntil(b"0\r\n\r\n")


async def test_an_answer_may_take_longer_than_a_head() -> None:
    place = Place()
    async with place.called() as (reader, writer):
        writer.write(REQUEST.replace(b"/ ", b"/slow "))
        await place.begun.wait()
        writer.write(REQUEST[:20])
        told = await reader.readuntil(b"0\r\n\r\n")
        assert told.startswith(b"HTTP/1.1 200 ")
        assert (await rest(reader)).startswith(b"HTTP/1.1 408 ")


async def test_the_rest_of_a_body_after_the_answer_is_not_waited_for_for_long() -> None:
    async with Place().called() as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n")
        assert (await reader.readuntil(b"0\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        await closed_meanwhile(reader, writer, b"x")


async def test_a_client_that_takes_nothing_of_its_answer_is_cut_off() -> None:
    place = Place()
    async with place.called() as (_, writer):
        writer.write(REQUEST.replace(b"/ ", b"/huge "))
        await asyncio.wait_for(place.answered.wait(), 5)
        await asyncio.sleep(0)
        assert not place.state.connections


async def test_a_client_that_takes_its_answer_slowly_gets_all_of_it() -> None:
    class Watchful(Patient):
        stalled_seconds = 0.8

    async with Place().called(Watchful) as (reader, writer):
        writer.write(REQUEST.replace(b"/ ", b"/huge "))
        received = 0
        while piece := await reader.read(2**20):
            received += len(piece)
            if piece.endswith(b"0\r\n\r\n"):
                break
            await asyncio.sleep(0.06)
        assert received > len(HUGE)
