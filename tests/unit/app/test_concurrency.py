import asyncio
import threading
import time
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.concurrency import QueryBatcher, Workers
from app.errors import OverloadedError
from index.errors import EmbedderError

pytestmark = pytest.mark.anyio


class Encoder:
    """Encodes a text as its length, and can be held back."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.called = threading.Event()
        self.open = threading.Event()
        self.open.set()

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.batches.append(list(texts))
        self.called.set()
        assert self.open.wait(5)
        if "bad" in texts:
            raise EmbedderError("no vector")
        return np.array([[len(text)] for text in texts], dtype=np.float32)


async def test_a_lone_question_is_encoded_at_once() -> None:
    encoder = Encoder()
    assert (await QueryBatcher(encoder).encode("휴가")).tolist() == [2]
    assert encoder.batches == [["휴가"]]


async def test_what_waits_while_the_encoder_is_busy_goes_together() -> None:
    encoder = Encoder()
    encoder.open.clear()
    batcher = QueryBatcher(encoder, largest_batch=4)
    first = asyncio.create_task(batcher.encode("a"))
    await asyncio.to_thread(encoder.called.wait, 5)
    others = [asyncio.create_task(batcher.encode("x" * size)) for size in range(2, 8)]
    await asyncio.sleep(0)
    encoder.open.set()
    vectors = await asyncio.gather(first, *others)
    assert [vector.tolist() for vector in vectors] == [[size] for size in range(1, 8)]
    assert [len(batch) for batch in encoder.batches] == [1, 4, 2]


async def test_an_error_reaches_every_waiting_question_and_only_those() -> None:
    encoder = Encoder()
    batcher = QueryBatcher(encoder)
    results = await asyncio.gather(
        batcher.encode("bad"), batcher.encode("good"), return_exceptions=True
    )
    assert [type(result) for result in results] == [EmbedderError, EmbedderError]
    assert (await batcher.encode("good")).tolist() == [4]


async def test_a_question_that_nobody_awaits_any_more_is_not_encoded() -> None:
    encoder = Encoder()
    encoder.open.clear()
    batcher = QueryBatcher(encoder)
    first = asyncio.create_task(batcher.encode("first"))
    await asyncio.to_thread(encoder.called.wait, 5)
    gone, kept = (asyncio.create_task(batcher.encode(text)) for text in ("gone", "kept"))
    await asyncio.sleep(0)
    gone.cancel()
    first.cancel()
    encoder.open.set()
    assert (await kept).tolist() == [4]
    assert encoder.batches == [["first"], ["kept"]]


async def test_a_full_line_refuses_and_opens_again() -> None:
    workers = Workers(threads=1, waiting_limit=1)
    with workers.admission():
        with (
            workers.admission(),
            pytest.raises(OverloadedError, match="2 requests"),
            workers.admission(),
        ):
            pass
        with workers.admission():
            pass
    workers.close()


async def test_the_event_loop_runs_on_while_threads_work() -> None:
    workers = Workers(threads=1, waiting_limit=10)
    slow = asyncio.create_task(workers.run(time.sleep, 0.2))
    started = time.perf_counter()
    await asyncio.sleep(0)
    assert time.perf_counter() - started < 0.1
    assert not slow.done()
    await slow
    workers.close()


async def test_work_that_is_cancelled_before_it_began_is_dropped() -> None:
    workers = Workers(threads=1, waiting_limit=10)
    done: list[str] = []
    gate = threading.Event()
    first = asyncio.create_task(workers.run(gate.wait, 5))
    second = asyncio.create_task(workers.run(done.append, "second"))
    await asyncio.sleep(0.01)
    second.cancel()
    await asyncio.sleep(0)
    gate.set()
    await first
    await workers.run(done.append, "third")
    assert done == ["third"]
    workers.close()
