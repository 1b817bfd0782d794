"""What is counted and timed, as Prometheus reads it.

Every label has few values: names that stand in this code, routes, statuses and types of problems.
What callers write is never one.
"""

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.registry import Collector

from app.pipeline.events import Answer
from app.pipeline.watch import Asking, Outcome
from app.telemetry.exchange import Exchange

_SECONDS = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5),
    *(1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0),
)
"""From one step of a search to an answer of a slow language model."""

_PREFIX = "mureum"


class Metrics:
    """Counts for one service, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._build = self._gauge("build_info", "Always 1.", "version", "python")
        self._build.labels(mureum_version(), platform.python_version()).set(1)
        self.requests = self._counter(
            "requests", "Requests that were answered.", "route", "method", "status"
        )
        self.request_seconds = self._histogram(
            "request_seconds", "Time from a request's first line to its last byte.", "route"
        )
        self.open = self._gauge("requests_open", "Requests that are being answered.")
        self.streams = self._gauge("streams_open", "Streams of events that are being sent.")
        self.problems = self._counter("problems", "Problems that callers were told.", "type")
        self.steps = self._histogram("step_seconds", "Time of a step of an answer.", "step")
        self.question_seconds = self._histogram("question_seconds", "Time of a whole answer.")
        self.answers = self._counter("answers", "Questions by what came of them.", "outcome")
        self.tokens = self._counter("tokens", "Tokens of the language model.", "kind")
        self.unsupported = self._counter(
            "unsupported_sentences", "Generated sentences that no source carries."
        )
        self.numbers = self._counter(
            "removed_numbers", "Generated numbers of no source, left out of answers."
        )
        self.slow = self._counter("slow_questions", "Questions that took too long.")
        self.feedback = self._counter("feedback", "What was thought of answers.", "rating")
        for outcome in Outcome:
            self.answers.labels(outcome)

    def begun(self) -> None:
        """Count a request in."""
        self.open.inc()

    def done(self, exchange: Exchange) -> None:
        """Count a request out, with what became of it."""
        self.open.dec()
        status = str(exchange.status or "none")
        self.requests.labels(exchange.route, exchange.method, status).inc()
        self.request_seconds.labels(exchange.route).observe(exchange.milliseconds / 1_000)
        for name in exchange.problems:
            self.problems.labels(name).inc()

    def step(self, name: str, seconds: float) -> None:
        """Count one step of an answer or a search."""
        self.steps.labels(name).observe(seconds)

    def ended(self, asking: Asking, seconds: float) -> None:
        """Count a question."""
        self.answers.labels(asking.outcome).inc()
        self.question_seconds.observe(seconds)
        if asking.answer is not None:
            self._answered(asking.answer)

    def now(self, name: str) -> int:
        """Return the value of a metric without labels, by its name without the prefix."""
        return int(self._registry.get_sample_value(f"{_PREFIX}_{name}") or 0)

    def text(self, present: Collector) -> bytes:
        """Return all of it in the text format, with what ``present`` finds out now."""
        registry = CollectorRegistry()
        registry.register(present)
        return generate_latest(self._registry) + generate_latest(registry)

    def _answered(self, answer: Answer) -> None:
        self.tokens.labels("prompt").inc(answer.usage.prompt_tokens)
        self.tokens.labels("completion").inc(answer.usage.completion_tokens)
        self.unsupported.inc(len(answer.unsupported))
        self.numbers.inc(len(answer.lost_numbers))

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"{_PREFIX}_{name}", about, labels, registry=self._registry)

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"{_PREFIX}_{name}", about, labels, registry=self._registry)

    def _histogram(self, name: str, about: str, *labels: str) -> Histogram:
        return Histogram(
            f"{_PREFIX}_{name}", about, labels, registry=self._registry, buckets=_SECONDS
        )


def counts_by_label(counter: Counter) -> Mapping[str, int]:
    """Return the counts of a counter with one label."""
    return {
        next(iter(sample.labels.values())): int(sample.value)
        for metric in counter.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    }


def mureum_version() -> str:
    """Return the version that is installed."""
    try:
        return version("mureum")
    except PackageNotFoundError:
        return "unknown"
