"""The tools over HTTP, behind the same doors as every other path."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from app.access.caller import Role
from app.access.key_store import NewKey
from app.api.application import WebOptions, create_application
from app.concurrency import Workers
from app.pipeline.answer import Pipeline
from app.service import Service
from tests.unit.app.mcp.clients import PAID, VERSIONS, index_with_secrets, text_of
from tests.unit.app.services import make_service

pytestmark = pytest.mark.anyio

QUESTION = "임원 상여금은 연봉의 몇 퍼센트입니까?"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
}
SEND = {"accept": "application/json, text/event-stream"}
OWN = WebOptions(8_192, hosts=frozenset({"localhost"}))


@asynccontextmanager
async def running(service: Service, options: WebOptions = OWN) -> AsyncIterator[FastAPI]:
    application = create_application(service, options)
    async with application.router.lifespan_context(application):
        yield application


def http(application: FastAPI, **headers: str) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(application)
    return httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)


@asynccontextmanager
async def connected(
    application: FastAPI, key: str, version: str, path: str = "/mcp"
) -> AsyncIterator[Client]:
    """Yield the protocol's own client, which sends this key."""
    async with http(application, authorization=f"Bearer {key}") as sender:
        transport = streamable_http_client(f"http://localhost{path}", http_client=sender)
        async with Client(transport, mode=version) as client:
            yield client


async def key_of(service: Service, name: str, *groups: str) -> str:
    _, token = await service.access.keys.create(NewKey(name, Role.ASK, frozenset(groups)))
    return token.text


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
@pytest.mark.parametrize("version", VERSIONS)
async def test_a_key_decides_which_documents_the_tools_see(version: str, path: str) -> None:
    index = index_with_secrets()
    service = make_service(index)
    with index.snapshot() as snapshot:
        pages = snapshot.documents(limit=10).documents
    secret = next(each.document_id for each in pages if each.groups)
    async with running(service) as application:
        keys = {await key_of(service, "Dana", "board"): True, await key_of(service, "Robin"): False}
        for key, sees in keys.items():
            async with connected(application, key, version, path) as client:
                asked = await client.call_tool("ask", {"question": QUESTION})
                found = await client.call_tool("search", {"query": QUESTION, "top_k": 50})
                read = await client.call_tool("get_document", {"document_id": secret})
            told = [PAID in text_of(result) for result in (asked, found, read)]
            assert told == [sees, sees, sees]


@pytest.mark.parametrize("given", [None, "Bearer wrong", f"Bearer mureum_{'0' * 12}_{'A' * 43}"])
async def test_without_a_valid_key_the_door_stays_shut(given: str | None) -> None:
    service = make_service()
    headers = {"authorization": given} if given else {}
    async with running(service) as application, http(application, **headers) as sender:
        await key_of(service, "somebody")
        refused = await sender.post("/mcp", json=LIST, headers=SEND)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.json()["type"] == "urn:mureum:problem:not-authenticated"


async def test_sessions_belong_to_the_key_and_no_other_may_continue_them() -> None:
    service = make_service()
    async with running(service) as application:
        mine, theirs = await key_of(service, "mine"), await key_of(service, "theirs")
        async with connected(application, mine, "auto") as client:
            first = await client.call_tool("ask", {"question": "연차 휴가는 며칠인가요?"})
        session = first.structured_content["session_id"]
        follow = {"question": "연차 휴가는 며칠인가요?", "session_id": session}
        async with connected(application, theirs, "auto") as client:
            refused = await client.call_tool("ask", follow)
        async with connected(application, mine, "auto") as client:
            continued = await client.call_tool("ask", follow)
    assert refused.is_error
    assert "There is no such session" in text_of(refused)
    assert not continued.is_error


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
async def test_other_methods_are_refused_as_clients_expect(method: str) -> None:
    async with running(make_service()) as application, http(application) as sender:
        refused = await sender.request(method, "/mcp")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ({"host": "evil.example"}, 403, "foreign-host"),
        ({"origin": "https://evil.example"}, 403, "foreign-origin"),
    ],
)
async def test_pages_of_other_sites_and_other_names_are_refused(
    headers: dict[str, str], status: int, kind: str
) -> None:
    async with running(make_service()) as application, http(application) as sender:
        refused = await sender.post("/mcp", json=LIST, headers={**SEND, **headers})
        allowed = await sender.post("/mcp", json=LIST, headers=SEND)
    assert refused.status_code == status
    assert refused.json()["type"] == f"urn:mureum:problem:{kind}"
    assert [tool["name"] for tool in allowed.json()["result"]["tools"]] == [
        "ask",
        "search",
        "get_document",
    ]


async def test_a_page_of_a_named_site_may_send_what_the_protocol_needs() -> None:
    options = WebOptions(8_192, origins=frozenset({"https://team.example"}))
    ask = {
        "origin": "https://team.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,mcp-protocol-version",
    }
    async with running(make_service(), options) as application, http(application) as sender:
        allowed = await sender.options("/mcp", headers=ask)
    assert allowed.status_code == 200
    assert "mcp-protocol-version" in allowed.headers["access-control-allow-headers"].lower()


async def test_too_many_requests_are_refused_with_503() -> None:
    workers = Workers(threads=1, waiting_limit=0)
    service = make_service(workers=workers)
    async with running(service) as application, http(application) as sender:
        with workers.admission():
            refused = await sender.post("/mcp", json=LIST, headers=SEND)
        allowed = await sender.post("/mcp", json=LIST, headers=SEND)
    assert refused.status_code == 503
    assert refused.json()["type"] == "urn:mureum:problem:overloaded"
    assert refused.headers["retry-after"]
    assert allowed.status_code == 200


async def test_a_request_is_counted_until_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = Workers(threads=1, waiting_limit=0)
    service = make_service(workers=workers)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(*_: object) -> Any:
        begun.set()
        await go_on.wait()
        raise RuntimeError("it was let go on")

    monkeypatch.setattr(Pipeline, "find", slow)
    async with running(service) as application, http(application) as sender:
        first = asyncio.create_task(sender.post("/mcp", json=called("search"), headers=SEND))
        await begun.wait()
        refused = await sender.post("/mcp", json=LIST, headers=SEND)
        go_on.set()
        await first
    assert refused.status_code == 503


def called(tool: str, **arguments: object) -> dict[str, Any]:
    given = {"query": "휴가", **arguments} if tool == "search" else arguments
    params = {"name": tool, "arguments": given}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


async def test_a_request_that_is_too_large_is_refused() -> None:
    async with running(make_service()) as application, http(application) as sender:
        refused = await sender.post("/mcp", json=called("search", query="x" * 9_000), headers=SEND)
    assert refused.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"jsonrpc": "2.0"}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "no/such"}',
        b"\xff\xfe",
        b"[" * 5_000,
        b"9" * 6_000,
        json.dumps(called("search", query="\ud800")).encode(),
        json.dumps(called("get_document", document_id="\ud800")).encode(),
        json.dumps(called("ask", **{"\ud800": 1})).encode(),
        json.dumps(called("search", top_k=10**400)).encode(),
    ],
    ids=range(13),
)
@pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28", "1999-01-01", ""])
async def test_nonsense_is_an_error_of_the_sender(body: bytes, version: str) -> None:
    headers = {**SEND, "content-type": "application/json"}
    if version:
        headers["mcp-protocol-version"] = version
    async with running(make_service()) as application, http(application) as sender:
        answer = await sender.post("/mcp", content=body, headers=headers)
        after = await sender.post("/mcp", json=LIST, headers=SEND)
    assert answer.status_code < 500, answer.text
    assert "Traceback" not in answer.text
    assert after.status_code == 200


@pytest.mark.parametrize("version", [b"2025-06-18", b"2026-07-28"])
async def test_work_stops_when_the_client_leaves(
    version: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def endless(*_: object) -> Any:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    monkeypatch.setattr(Pipeline, "find", endless)
    given = called("search")
    given["params"]["_meta"] = MODERN
    messages = [
        {"type": "http.request", "body": json.dumps(given).encode(), "more_body": False},
    ]

    async def receive() -> Any:
        if messages:
            return messages.pop()
        await begun.wait()
        return {"type": "http.disconnect"}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [
        (b"host", b"localhost"),
        (b"accept", b"application/json"),
        (b"content-type", b"application/json"),
        (b"mcp-protocol-version", version),
        (b"mcp-method", b"tools/call"),
        (b"mcp-name", b"search"),
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/mcp",
        "raw_path": b"/mcp",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
    }
    async with running(make_service()) as application:
        async with asyncio.timeout(10):
            await application(scope, receive, send)
            await stopped.wait()
    assert sent == []
