import asyncio
import threading
import time

import httpx
import pytest
from fastapi.testclient import TestClient

from app.api.application import WebOptions, create_application
from app.concurrency import Workers
from index.analyzer import WhitespaceAnalyzer
from index.base import Snapshot
from index.embedder.hashing import HashingEmbedder
from index.errors import (
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    IndexVersionError,
    SearchIndexError,
)
from index.memory import InMemoryIndex
from index.models import IndexStatus
from tests.unit.app.services import fill, make_service, small_index


class BrokenIndex(InMemoryIndex):
    """Raises one error whatever is asked."""

    def __init__(self, error: Exception) -> None:
        super().__init__(HashingEmbedder(), WhitespaceAnalyzer())
        self.error = error

    def snapshot(self) -> Snapshot:  # type: ignore[override]
        raise self.error

    def status(self) -> IndexStatus:
        raise self.error


def client_of(index: InMemoryIndex) -> TestClient:
    application = create_application(make_service(index), WebOptions(8_192))
    return TestClient(application, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (IndexDamagedError("store.db is broken."), "index-damaged"),
        (IndexVersionError("Written by version 1."), "index-version"),
        (IndexMismatchError("Made with another embedder."), "index-mismatch"),
        (SearchIndexError("Not usable."), "index-unavailable"),
    ],
)
def test_an_index_that_cannot_be_used_is_a_503_that_says_why(
    error: SearchIndexError, name: str
) -> None:
    with client_of(BrokenIndex(error)) as client:
        responses = [
            client.post("/ask", json={"question": "휴가?"}),
            client.post("/search", json={"query": "휴가?"}),
            client.get("/documents"),
            client.get("/ready"),
        ]
        assert client.get("/health").json() == {"status": "alive"}
    for response in responses:
        assert response.status_code == 503
        assert response.json()["type"] == f"urn:mureum:problem:{name}"
        assert response.json()["detail"] == str(error)


def test_a_service_is_ready_before_anything_was_ingested_and_says_so_when_asked() -> None:
    missing = IndexMissingError("Run `python -m ingest docs/` first.")
    with client_of(BrokenIndex(missing)) as client:
        ready = client.get("/ready")
        asked = client.post("/ask", json={"question": "휴가?"})
    assert (ready.status_code, ready.json()["documents"]) == (200, 0)
    assert (asked.status_code, asked.json()["detail"]) == (503, str(missing))
    assert asked.json()["type"] == "urn:mureum:problem:index-missing"


def test_an_index_that_appears_later_makes_the_service_ready() -> None:
    index = InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())
    with client_of(index) as client:
        assert client.post("/ask", json={"question": "휴가?"}).json()["abstained"]
        fill(index)
        assert client.get("/ready").json()["documents"] == 2
        assert not client.post("/ask", json={"question": "병가 60일?"}).json()["abstained"]


def test_an_unexpected_error_tells_the_request_id_and_nothing_else() -> None:
    with client_of(BrokenIndex(ValueError("secret path /etc/x"))) as client:
        response = client.post(
            "/ask", json={"question": "휴가?"}, headers={"x-request-id": "trace-7"}
        )
    assert response.status_code == 500
    assert response.headers["x-request-id"] == "trace-7"
    assert response.json()["type"] == "urn:mureum:problem:internal-error"
    assert "trace-7" in response.json()["detail"]
    assert "secret" not in response.text


def test_a_request_id_is_kept_when_it_is_plain_and_made_otherwise() -> None:
    with client_of(small_index()) as client:
        given = client.get("/health", headers={"x-request-id": "abc-123"})
        assert given.headers["x-request-id"] == "abc-123"
        for bad in ("a b", "x" * 65, "<script>"):
            made = client.get("/health", headers={"x-request-id": bad}).headers["x-request-id"]
            assert len(made) == 32
            assert made != bad


@pytest.mark.anyio
async def test_an_overloaded_service_refuses_politely_and_stays_alive() -> None:
    gate, entered = threading.Event(), threading.Event()

    class SlowIndex(InMemoryIndex):
        def snapshot(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
            entered.set()
            assert gate.wait(5)
            return super().snapshot()

    index = SlowIndex(HashingEmbedder(), WhitespaceAnalyzer())
    service = make_service(index, workers=Workers(threads=1, waiting_limit=1))
    transport = httpx.ASGITransport(create_application(service, WebOptions(8_192)))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        ask = {"question": "휴가?"}
        accepted = [asyncio.create_task(client.post("/ask", json=ask)) for _ in range(2)]
        await asyncio.to_thread(entered.wait, 5)
        refused = await client.post("/ask", json=ask)
        started = time.perf_counter()
        alive = await client.get("/health")
        assert time.perf_counter() - started < 0.5
        gate.set()
        answers = await asyncio.gather(*accepted)
    assert refused.status_code == 503
    assert refused.json()["type"] == "urn:mureum:problem:overloaded"
    assert int(refused.headers["retry-after"]) > 0
    assert alive.status_code == 200
    assert [answer.status_code for answer in answers] == [200, 200]
    await service.close()


def test_the_openapi_document_shows_korean_and_english_examples_and_problems() -> None:
    with client_of(small_index()) as client:
        document = client.get("/openapi.json").json()
    ask = document["paths"]["/ask"]["post"]
    examples = ask["requestBody"]["content"]["application/json"]["examples"]
    assert {"korean", "english"} <= set(examples)
    assert "application/problem+json" in ask["responses"]["default"]["content"]


def test_every_example_of_the_openapi_document_is_answered() -> None:
    with client_of(small_index()) as client:
        paths = client.get("/openapi.json").json()["paths"]
        for path in ("/ask", "/search"):
            body = paths[path]["post"]["requestBody"]["content"]["application/json"]
            for example in body["examples"].values():
                assert client.post(path, json=example["value"]).status_code == 200
