"""What Prometheus and people are told of a service that does something."""

import asyncio
import re
import threading
import time

import httpx
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import Message, Receive, Scope, Send

from app.api.application import WebOptions, create_application
from app.api.observing import ObservingMiddleware
from app.concurrency import Workers
from app.llm.scripted import ScriptedModel
from app.telemetry.telemetry import Telemetry
from index.uploads.models import JobState
from tests.unit.app.services import make_service

pytestmark = pytest.mark.anyio
QUESTION = {"question": "병가는 최대 며칠까지 쓸 수 있나요?"}
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def scraped(client: TestClient) -> Samples:
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples.get((f"mureum_{name}", tuple(sorted(labels.items()))), 0)


def test_requests_are_counted_by_route_method_and_status(client: TestClient) -> None:
    client.post("/ask", json=QUESTION)
    client.get("/documents/nobody/text")
    client.post("/ask", json={})
    samples = scraped(client)
    for route, method, status in [
        ("/ask", "POST", "200"),
        ("/ask", "POST", "422"),
        ("/documents/{document_id}/text", "GET", "404"),
    ]:
        assert value(samples, "requests_total", route=route, method=method, status=status) == 1
    assert value(samples, "request_seconds_count", route="/ask") == 2


def test_nobody_can_make_up_labels(client: TestClient) -> None:
    for number in range(30):
        client.get(f"/made/up/{number}")
        client.request(f"BREW{number}", "/ask")
        client.get(f"/sessions/{number}")
        client.get(f"/documents/{number}?x={number}")
    routes = {labels for name, labels in scraped(client) if name == "mureum_requests_total"}
    assert {dict(labels)["route"] for labels in routes} == {
        "other",
        "/ask",
        "/sessions/{session_id}",
        "/documents/{document_id}",
    }
    assert len(routes) == 4


def test_steps_and_outcomes_of_questions_are_counted(client: TestClient) -> None:
    client.post("/ask", json=QUESTION)
    client.post("/search", json={"query": "병가"})
    samples = scraped(client)
    assert value(samples, "step_seconds_count", step="retrieve") == 2
    assert value(samples, "step_seconds_count", step="weigh") == 1
    assert value(samples, "question_seconds_count") == 1
    assert value(samples, "answers_total", outcome="answered") == 1
    assert ("mureum_answers_total", (("outcome", "abstained"),)) in samples


def test_what_a_language_model_takes_and_gets_wrong_is_counted() -> None:
    model = ScriptedModel(
        lambda _: "병가는 최대 60일입니다 [1]. 달은 치즈 99톤으로 되어 있습니다 [1]."
    )
    with TestClient(create_application(make_service(model=model), WebOptions(8_192))) as client:
        answer = client.post("/ask", json=QUESTION).json()
        samples = scraped(client)
    assert answer["usage"]["prompt_tokens"] > 0
    assert answer["removed_numbers"]
    assert value(samples, "tokens_total", kind="prompt") == answer["usage"]["prompt_tokens"]
    assert value(samples, "unsupported_sentences_total") == len(answer["unsupported"])
    assert value(samples, "removed_numbers_total") == len(answer["removed_numbers"])


def test_problems_are_counted_by_their_type_in_streams_too() -> None:
    def broken(_: object) -> str:
        raise RuntimeError("nobody foresaw this")

    service = make_service(model=ScriptedModel(broken))
    application = create_application(service, WebOptions(8_192))
    with TestClient(application, raise_server_exceptions=False) as client:
        client.get("/sessions/nobody")
        client.post("/ask", json=QUESTION)
        client.post("/ask", json=QUESTION | {"stream": True})
        samples = scraped(client)
        stats = client.get("/admin/stats").json()
    assert value(samples, "problems_total", type="session-not-found") == 1
    failures = {name: n for name, n in stats["problems"].items() if name != "session-not-found"}
    assert sum(failures.values()) == 2
    assert value(samples, "answers_total", outcome="failed") == 2


def test_the_index_and_the_queue_are_looked_at_when_somebody_asks(client: TestClient) -> None:
    files = {"files": ("휴가.md", b"# leave\n\nFifteen days.")}
    assert client.post("/documents", files=files).status_code == 202
    client.post("/ask", json=QUESTION)
    samples = scraped(client)
    assert value(samples, "jobs", state=JobState.WAITING) == 1
    assert value(samples, "index_open") == 1
    assert value(samples, "index_documents") == 2
    assert value(samples, "index_children") == 6
    ready = client.get("/ready").json()
    assert value(samples, "index_revision") == ready["revision"]


def test_people_are_told_the_same(client: TestClient) -> None:
    client.post("/ask", json=QUESTION)
    stats = client.get("/admin/stats").json()
    assert stats["answers"]["answered"] == 1
    assert stats["index"]["documents"] == 2
    assert stats["jobs"] == {"waiting": 0, "running": 0}
    assert stats["requests_open"] == 1
    total = stats["steps"]["total"]
    assert total["answers"] == 1
    assert 0 < total["p50_ms"] == total["p95_ms"]
    assert stats["uptime_seconds"] > 0


def test_nothing_that_was_said_stands_in_the_metrics(client: TestClient) -> None:
    session = client.post("/ask", json=QUESTION).json()["session_id"]
    client.get(f"/sessions/{session}", headers={"Authorization": "Bearer secret-word"})
    told = client.get("/metrics").text + client.get("/admin/stats").text
    assert not any(word in told for word in ("병가", session, "secret-word", "휴가.md"))
    assert re.search(r'mureum_build_info\{python="3[^"]*",version="[^"]+"\} 1', told)


async def test_metrics_answer_while_every_thread_is_busy() -> None:
    """And while the index is closed; then they say so, and do not open it."""
    workers = Workers(threads=1, waiting_limit=5)
    service = make_service(workers=workers)
    release = threading.Event()
    busy = [asyncio.create_task(workers.run(release.wait, 30)) for _ in range(3)]
    await asyncio.sleep(0)
    transport = httpx.ASGITransport(create_application(service, WebOptions(8_192)))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            started = time.monotonic()
            text = (await client.get("/metrics")).text
        assert time.monotonic() - started < 10
        assert "mureum_requests_waiting 2.0" in text
        assert "mureum_index_open 0.0" in text
        assert "mureum_index_documents" not in text
    finally:
        release.set()
        await asyncio.gather(*busy)
        await service.close()


async def test_open_streams_are_counted_until_their_end() -> None:
    telemetry = Telemetry()
    seen: list[int] = []

    async def streaming(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        seen.append(telemetry.metrics.now("streams_open"))
        raise OSError("the client is gone")

    async def ignore(message: Message) -> None:
        del message

    observing = ObservingMiddleware(streaming, telemetry)
    scope: Scope = {"type": "http", "method": "POST", "path": "/ask", "headers": []}
    for _ in range(2):
        with pytest.raises(OSError, match="gone"):
            await observing(scope, ignore, ignore)  # type: ignore[arg-type]
    assert seen == [1, 1]
    assert telemetry.metrics.now("streams_open") == 0
    assert telemetry.metrics.now("requests_open") == 0
