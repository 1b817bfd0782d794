"""Limits over HTTP: how often, how many at once, how slowly, and what is not looked at."""

import asyncio
import gzip
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access.caller import Role
from app.access.key_store import NewKey
from app.api.application import WebOptions, create_application
from app.api.limiting import LimitsMiddleware
from app.limits.limiter import Limiter, Limits
from app.llm.scripted import ScriptedModel
from tests.unit.app.api.test_access import QUESTION, made
from tests.unit.app.api.test_bad_requests import assert_problem
from tests.unit.app.services import SMALL_LIMITS, make_service, uploads_of

JSON = {"content-type": "application/json"}


@contextmanager
def serving(limits: Limits, *keys: NewKey) -> Iterator[tuple[TestClient, list[dict[str, str]]]]:
    service = make_service()
    headers = made(service, *keys)
    with TestClient(create_application(service, WebOptions(limits=limits))) as client:
        yield client, headers


def test_one_request_too_many_is_told_when_to_come_again() -> None:
    with serving(Limits(requests_a_minute=3)) as (client, _):
        assert [client.get("/sessions").status_code for _ in range(3)] == [200] * 3
        refused = client.post("/ask", json=QUESTION)
    assert_problem(refused, 429, "too-many-requests")
    assert refused.headers["retry-after"] == "20"


def test_supervisors_are_never_refused() -> None:
    with serving(Limits(requests_a_minute=1)) as (client, _):
        client.get("/sessions")
        for path in ("/health", "/ready"):
            assert {client.get(path).status_code for _ in range(20)} == {200}
        assert client.get("/sessions").status_code == 429


def test_each_key_has_its_own_limit() -> None:
    two = [NewKey("민지", Role.ASK), NewKey("Sam", Role.ASK)]
    with serving(Limits(requests_a_minute=2), *two) as (client, (minji, sam)):
        assert [client.get("/sessions", headers=minji).status_code for _ in range(3)][-1] == 429
        assert client.get("/sessions", headers=sam).status_code == 200


def test_wrong_keys_are_looked_at_a_few_times_a_minute_and_right_ones_always() -> None:
    guess = {"Authorization": f"Bearer mureum_{'0' * 12}_{'a' * 43}"}
    with serving(Limits(wrong_keys_a_minute=4), NewKey("Sam", Role.ASK)) as (client, (sam,)):
        tried = [client.get("/sessions", headers=guess) for _ in range(6)]
        assert [each.status_code for each in tried] == [401] * 4 + [429] * 2
        assert tried[-1].headers["retry-after"] == "15"
        assert client.get("/sessions", headers=sam).status_code == 200
        assert client.get("/health", headers=guess).status_code == 200


class Stream:
    """An application that answers until it is let go, and tells when it begins."""

    def __init__(self) -> None:
        self.begun = asyncio.Semaphore(0)
        self.ended = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        self.begun.release()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"word", "more_body": True})
        await self.ended.wait()
        await send({"type": "http.response.body"})


async def call(application: Any, path: str = "/ask") -> int:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "client": ("::1", 1)}
    await application({**scope, "query_string": b"", "server": ("::1", 1)}, None, send)
    status: int = sent[0]["status"]
    return status


@pytest.mark.anyio
async def test_a_stream_is_one_of_the_requests_at_once_until_it_ends() -> None:
    stream = Stream()
    application = LimitsMiddleware(stream, Limiter(Limits(requests_at_once=3)))
    streams = [asyncio.create_task(call(application)) for _ in range(3)]
    for _ in streams:
        await stream.begun.acquire()
    assert await call(application) == 429
    streams[0].cancel()
    await asyncio.wait(streams[:1])
    again = asyncio.create_task(call(application))
    await stream.begun.acquire()
    stream.ended.set()
    assert await asyncio.gather(*streams[1:], again) == [200] * 3


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "identity, br"},
        {"Content-Encoding": "IDENTITY,DEFLATE"},
        {"Transfer-Encoding": "gzip, chunked"},
    ],
)
def test_a_compressed_body_is_refused_and_not_unpacked(headers: dict[str, str]) -> None:
    bomb = gzip.compress(json.dumps({"question": "a" * 10_000_000}).encode())
    with serving(Limits()) as (client, _):
        refused = client.post("/ask", content=bomb, headers={**JSON, **headers})
        plain = {**JSON, "Content-Encoding": "identity"}
        assert client.post("/ask", content=json.dumps(QUESTION), headers=plain).status_code == 200
    assert_problem(refused, 415, "encoded-body")
    assert refused.headers["accept-encoding"] == "identity"


class Trickle:
    """Sends a body in pieces with pauses, and never its end."""

    def __init__(self, pieces: Sequence[bytes], pause_seconds: float) -> None:
        self.pieces = list(pieces)
        self.pause_seconds = pause_seconds
        self.sent: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        await asyncio.sleep(self.pause_seconds if self.pieces else 60)
        return {"type": "http.request", "body": self.pieces.pop(0), "more_body": True}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def post(self, application: FastAPI, path: str, content_type: bytes) -> dict[str, Any]:
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(b"content-type", content_type)],
            "server": ("127.0.0.1", 8000),
        }
        await asyncio.wait_for(application(scope, self.receive, self.send), 10)
        return {**self.sent[0], **json.loads(self.sent[1]["body"])}


@pytest.mark.anyio
async def test_a_body_that_trickles_is_given_up_with_its_connection() -> None:
    service = make_service()
    application = create_application(service, WebOptions(body_seconds=0.2))
    trickle = Trickle([b"{"] * 1_000, pause_seconds=0.01)
    told = await trickle.post(application, "/ask", b"application/json")
    assert (told["status"], told["type"]) == (408, "urn:mureum:problem:request-timeout")
    assert (b"connection", b"close") in told["headers"]
    assert len(trickle.pieces) > 900
    await service.close()


@pytest.mark.anyio
async def test_an_upload_that_trickles_is_given_up_before_its_limits_are_reached() -> None:
    limits = replace(SMALL_LIMITS, silent_seconds=0.2, least_bytes_a_second=10_000)
    service = replace(make_service(), uploads=uploads_of(limits=limits))
    application = create_application(service, WebOptions())
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\n'
    trickle = Trickle([head, *[b"x"] * 1_000], pause_seconds=0.01)
    told = await trickle.post(application, "/documents", b"multipart/form-data; boundary=b")
    assert (told["status"], told["type"]) == (408, "urn:mureum:problem:upload-timeout")
    assert "2,000 have to" in told["detail"]
    await service.close()


@pytest.mark.anyio
async def test_an_upload_that_keeps_its_pace_may_take_many_times_as_long() -> None:
    limits = replace(SMALL_LIMITS, silent_seconds=0.1, least_bytes_a_second=10_000)
    service = replace(make_service(), uploads=uploads_of(limits=limits))
    application = create_application(service, WebOptions())
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\n'
    trickle = Trickle([head, *[b"x" * 1_500] * 40, b"x"], pause_seconds=0.01)
    told = await trickle.post(application, "/documents", b"multipart/form-data; boundary=b")
    assert told["type"] == "urn:mureum:problem:upload-timeout"
    assert trickle.pieces == []
    await service.close()


@contextmanager
def dawdling() -> Iterator[TestClient]:
    """A client of a service whose language model says a word every second."""
    model = ScriptedModel(lambda _: "word " * 60, seconds_per_word=1)
    service = make_service(model=model)
    options = replace(service.pipeline.options, seconds=0.3)
    hasty = replace(service, pipeline=replace(service.pipeline, options=options))
    with TestClient(create_application(hasty, WebOptions())) as client:
        yield client


def test_an_answer_that_takes_too_long_is_a_problem_and_a_failed_turn() -> None:
    with dawdling() as client:
        assert_problem(client.post("/ask", json=QUESTION), 504, "answer-timeout")
        (session,) = client.get("/sessions").json()["sessions"]
        shown = client.get(f"/sessions/{session['session_id']}").json()
    assert [turn["status"] for turn in shown["turns"]] == ["failed"]


@pytest.mark.parametrize(
    ("path", "body", "last"),
    [
        ("/ask", QUESTION, "event: error\n"),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "휴가?"}]}, "data: {"),
    ],
)
def test_a_stream_that_takes_too_long_ends_with_one_error(
    path: str, body: dict[str, Any], last: str
) -> None:
    with dawdling() as client:
        response = client.post(path, json={**body, "stream": True})
    assert response.status_code == 200
    ends = [text for text in response.text.split("\n\n") if "answer-timeout" in text]
    assert len(ends) == 1
    assert ends[0].startswith(last)
    assert response.text.strip().endswith(ends[0].strip())


def test_an_answer_of_a_chat_program_that_takes_too_long_is_a_problem() -> None:
    with dawdling() as client:
        body = {"messages": [{"role": "user", "content": "휴가?"}]}
        assert_problem(client.post("/v1/chat/completions", json=body), 504, "answer-timeout")
