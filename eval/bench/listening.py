"""Many streams of a server listened to at once, by a program that takes little time of its own."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

_SEARCH_STEPS = ("rewrite", "embed", "retrieve", "rerank")
_ENDS = {b"event: done", b"event: error", b"data: [DONE]"}
_LONGEST_LINE_BYTES = 1 << 20
_TIMEOUT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Streamed:
    """One streamed answer: seconds to its first words and to its end, how often it ended.

    ``search_seconds`` is what the service says that it spent before the model was asked;
    ``failed`` says that it ended with an error.
    """

    first: float
    whole: float
    ends: int
    search_seconds: float
    failed: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """All that was heard, and the CPU seconds that listening took."""

    answers: list[Streamed]
    cpu_seconds: float


def listen(port: int, asked: Sequence[str]) -> Heard:
    """Ask everything at once; an empty question asks the bare model."""
    began = time.process_time()
    answers = asyncio.run(listen_all(port, asked))
    return Heard(answers, time.process_time() - began)


async def listen_all(port: int, asked: Sequence[str]) -> list[Streamed]:
    """Return what was heard when everything was asked at once."""
    async with asyncio.timeout(_TIMEOUT_SECONDS):
        return await asyncio.gather(*(_one(port, question) for question in asked))


async def _one(port: int, question: str) -> Streamed:
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LONGEST_LINE_BYTES)
    writer.write(_request(question))
    first, ends, search, failed = 0.0, 0, 0.0, False
    while line := (await reader.readline()):
        if not first and b"delta" in line:
            first = time.perf_counter() - began
        ends += line.strip() in _ENDS
        failed = failed or line.startswith(b"event: error")
        search = search or _search_seconds(line)
    writer.close()
    return Streamed(first, time.perf_counter() - began, ends, search, failed)


def _search_seconds(line: bytes) -> float:
    """Return what the last event says about the search, 0 in any other line."""
    if not line.startswith(b"data: ") or b"timings_ms" not in line:
        return 0.0
    timings = json.loads(line.removeprefix(b"data: "))["timings_ms"]
    return float(sum(timings.get(step, 0.0) for step in _SEARCH_STEPS)) / 1e3


def _request(question: str) -> bytes:
    path = "/ask" if question else "/v1/chat/completions"
    body = json.dumps({"question": question, "stream": True} if question else {}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
