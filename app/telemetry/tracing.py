"""Traces for whoever collects them by OTLP over HTTP: a span a request, and one a step in it.

Spans hold counts and names, no text of questions, answers or documents, and no path with ids.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import time_ns

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app.pipeline.watch import Asking
from app.telemetry.exchange import Exchange
from app.telemetry.metrics import mureum_version

_CARRIED = frozenset({b"traceparent", b"tracestate"})
_TIMEOUT_SECONDS = 5.0
_CALLER = TraceContextTextMapPropagator()


class Tracing:
    """Makes spans with a provider of its own, so that no library sends anything of itself."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("mureum", mureum_version())

    @contextmanager
    def exchange(self, exchange: Exchange) -> Iterator[None]:
        """Let a request be one span, which goes on from its caller's."""
        with self._tracer.start_as_current_span(
            exchange.method,
            context=_CALLER.extract(_headers(exchange)),
            kind=SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            finally:
                span.update_name(f"{exchange.method} {exchange.route}")
                span.set_attributes(_of_exchange(exchange))
                if exchange.status is None or exchange.status >= 500:
                    span.set_status(Status(StatusCode.ERROR))

    def step(self, name: str, seconds: float) -> None:
        """Let a step that has just ended be a span inside the present request's."""
        if trace.get_current_span().get_span_context().is_valid:
            now = time_ns()
            span = self._tracer.start_span(name, start_time=now - int(seconds * 1e9))
            span.end(now)

    def ended(self, asking: Asking) -> None:
        """Let the present request's span know what came of a question."""
        trace.get_current_span().set_attributes(_of_asking(asking))

    def close(self) -> None:
        """Send what waits, and end; this takes some seconds where nobody listens."""
        self._provider.shutdown()


def tracing_to(address: str) -> Tracing:
    """Return what sends spans to the address of a collector, a few seconds later and together."""
    resource = Resource.create({"service.name": "mureum", "service.version": mureum_version()})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=address, timeout=_TIMEOUT_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Tracing(provider)


def _headers(exchange: Exchange) -> dict[str, str]:
    return {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in exchange.scope["headers"]
        if name in _CARRIED
    }


def _of_exchange(exchange: Exchange) -> Mapping[str, str | int | list[str]]:
    return {
        "http.request.method": exchange.method,
        "http.route": exchange.route,
        "http.response.status_code": exchange.status or 0,
        "mureum.request_id": exchange.request_id,
        "mureum.problems": list(exchange.problems),
    }


def _of_asking(asking: Asking) -> Mapping[str, str | int | bool]:
    answer = asking.answer
    if answer is None:
        return {"mureum.outcome": asking.outcome}
    return {
        "mureum.outcome": asking.outcome,
        "mureum.backend": answer.backend,
        "mureum.abstained": answer.abstained,
        "mureum.citations": len(answer.citations),
        "mureum.unsupported_sentences": len(answer.unsupported),
        "mureum.removed_numbers": len(answer.lost_numbers),
        "mureum.prompt_tokens": answer.usage.prompt_tokens,
        "mureum.completion_tokens": answer.usage.completion_tokens,
    }
