"""The bench of many streams: its slow model, its listeners, and the watch on the event loop."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import Message, Receive, Scope, Send

from eval.bench.listening import Streamed, listen_all
from eval.bench.slow_model import WORDS, SlowModel
from eval.bench.watched import LAG_PATH, Lag, Watched

SECONDS_A_WORD = 0.005


@asynccontextmanager
async def port_of(model: SlowModel) -> AsyncIterator[int]:
    server = await asyncio.start_server(model.connected, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def test_every_listener_hears_the_slow_model_to_its_one_end() -> None:
    async def run() -> list[Streamed]:
        async with port_of(SlowModel(SECONDS_A_WORD)) as port:
            return await listen_all(port, [""] * 20)

    heard = asyncio.run(run())
    assert len(heard) == 20
    assert all(one.ends == 1 and not one.failed for one in heard)
    assert all(SECONDS_A_WORD <= one.first < one.whole for one in heard)
    assert all(one.whole >= SECONDS_A_WORD * len(WORDS) for one in heard)


def test_errors_and_doubled_ends_are_heard() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\n\r\nevent: delta\ndata: {"text": "a"}\n\n')
        writer.write(b'event: done\ndata: {"timings_ms": {"embed": 20, "answer": 9}}\n\n')
        writer.write(b"event: error\ndata: {}\n\n")
        writer.close()

    async def run() -> Streamed:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            return (await listen_all(server.sockets[0].getsockname()[1], ["휴가?"]))[0]

    heard = asyncio.run(run())
    assert (heard.ends, heard.failed, heard.search_seconds) == (2, True, 0.02)


async def idle(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive, send


async def nothing() -> Message:
    return {}


async def lag_of(watched: Watched) -> Lag:
    told: list[Message] = []

    async def send(message: Message) -> None:
        told.append(message)

    await watched({"type": "http", "path": LAG_PATH}, nothing, send)
    return Lag(**json.loads(told[1]["body"]))


def test_a_loop_that_stands_still_is_late_for_all_that_was_due_meanwhile() -> None:
    async def run() -> tuple[Lag, Lag]:
        watched = Watched(idle)
        await watched({"type": "lifespan"}, nothing, lambda _: asyncio.sleep(0))
        await asyncio.sleep(0.05)
        time.sleep(0.2)  # noqa: ASYNC251 - what is to be noticed
        await asyncio.sleep(0.02)
        return await lag_of(watched), await lag_of(watched)

    lag, after = asyncio.run(run())
    assert len([late for late in lag.late if late > 50]) >= 14
    assert max(lag.late) >= 180
    assert max(lag.busy) < 100  # it slept, and took no CPU time
    assert len(after.late) <= 1


def test_a_loop_that_computes_is_busy() -> None:
    async def run() -> Lag:
        watched = Watched(idle)
        await watched({"type": "lifespan"}, nothing, lambda _: asyncio.sleep(0))
        await asyncio.sleep(0.03)
        until = time.thread_time() + 0.1
        while time.thread_time() < until:
            pass
        await asyncio.sleep(0.02)
        return await lag_of(watched)

    assert max(asyncio.run(run()).busy) >= 95
