"""Spans arrive at a real collector: one a request, one a step in it, and nothing that was said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic

import pytest
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from app.api.application import WebOptions, create_application
from app.telemetry.otlp import build_tracing
from app.telemetry.telemetry import Telemetry
from tests.unit.app.services import make_service
from tests.unit.app.telemetry.observed import observed

QUESTION = "병가는 최대 며칠까지 쓸 수 있나요?"
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
STEPS = {"rewrite", "embed", "retrieve", "weigh", "answer"}


@dataclass
class Collector:
    """What a collector of traces was sent."""

    address: str = ""
    paths: list[str] = field(default_factory=list)
    requests: list[ExportTraceServiceRequest] = field(default_factory=list)
    raw: bytes = b""

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def collector() -> Iterator[Collector]:
    received = Collector()

    class Receiving(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            received.raw += content
            received.paths.append(self.path)
            received.requests.append(ExportTraceServiceRequest.FromString(content))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiving)
    received.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield received
    server.shutdown()
    server.server_close()
    thread.join()


def traced(address: str, bodies: Sequence[dict[str, object]]) -> None:
    """Ask, with a span of the caller's around it; all is sent when the service ends."""
    service = observed(make_service(), Telemetry(tracing=build_tracing(address)))
    header = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-ID": "r-1"}
    with TestClient(create_application(service, WebOptions(8_192))) as client:
        client.get("/health", headers=header)
        for body in bodies:
            client.post("/ask", json=body, headers=header)


@pytest.mark.parametrize("stream", [False, True])
def test_a_request_is_a_span_and_each_step_one_inside_it(
    collector: Collector, stream: bool
) -> None:
    traced(collector.address, [{"question": QUESTION, "stream": stream}])
    assert set(collector.paths) == {"/v1/traces"}
    (request,) = [span for span in collector.spans if span.kind == Span.SPAN_KIND_SERVER]
    assert request.name == "POST /ask"
    assert (request.trace_id.hex(), request.parent_span_id.hex()) == (TRACE, PARENT)
    steps = [span for span in collector.spans if span is not request]
    assert {span.name for span in steps} == STEPS
    assert len(steps) == len(STEPS)
    for step in steps:
        assert (step.trace_id, step.parent_span_id) == (request.trace_id, request.span_id)
        assert request.start_time_unix_nano <= step.start_time_unix_nano
        assert step.start_time_unix_nano <= step.end_time_unix_nano
        assert step.end_time_unix_nano <= request.end_time_unix_nano


def test_a_span_tells_counts_and_names_and_nothing_that_was_said(collector: Collector) -> None:
    traced(collector.address, [{"question": QUESTION}])
    (request,) = [span for span in collector.spans if span.kind == Span.SPAN_KIND_SERVER]
    told = {each.key: each.value for each in request.attributes}
    assert told["http.route"].string_value == "/ask"
    assert told["http.response.status_code"].int_value == 200
    assert told["mureum.request_id"].string_value == "r-1"
    assert told["mureum.outcome"].string_value == "answered"
    assert told["mureum.backend"].string_value == "extractive"
    assert told["mureum.abstained"].bool_value is False
    assert told["mureum.citations"].int_value >= 1
    for word in ("병가", "60일", "휴가.md"):
        assert word.encode() not in collector.raw


def test_a_request_that_failed_is_marked(collector: Collector) -> None:
    service = observed(make_service(), Telemetry(tracing=build_tracing(collector.address)))
    application = create_application(service, WebOptions(8_192))

    @application.get("/broken")
    async def broken() -> None:
        raise RuntimeError("secret words")

    with TestClient(application, raise_server_exceptions=False) as client:
        client.get("/broken")
    (span,) = collector.spans
    assert span.status.code == Status.STATUS_CODE_ERROR
    assert b"secret words" not in collector.raw


def test_a_collector_that_is_not_there_costs_no_answer_and_no_long_end() -> None:
    started = monotonic()
    traced("http://127.0.0.1:9", [{"question": QUESTION}])
    assert monotonic() - started < 20
