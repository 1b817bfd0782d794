"""One place that hears of requests, steps and answers, and passes it on to all who tell of it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from app.concurrency import Workers
from app.pipeline.watch import Asking, Watch
from app.telemetry.exchange import Exchange
from app.telemetry.metrics import Metrics
from app.telemetry.recent import RecentAnswers

if TYPE_CHECKING:
    from app.telemetry.tracing import Tracing

requests = logging.getLogger("app.requests")
slow = logging.getLogger("app.slow")


@dataclass(frozen=True, slots=True)
class SlowLog:
    """Which questions are told of as slow (0 seconds: none), and whether in their own words."""

    seconds: float = 10.0
    questions: bool = False


@dataclass(frozen=True, slots=True)
class Telemetry(Watch):
    """Hears everything; metrics, traces, logs and the last answers are made of it.

    Who looks at them is served by a thread of its own, so that it works while questions wait.
    """

    slow_log: SlowLog = field(default_factory=SlowLog)
    tracing: "Tracing | None" = None
    metrics: Metrics = field(default_factory=Metrics)
    recent: RecentAnswers = field(default_factory=RecentAnswers)
    workers: Workers = field(default_factory=lambda: Workers(threads=1, waiting_limit=10))
    started: float = field(default_factory=monotonic)

    @contextmanager
    def exchange(self, exchange: Exchange) -> Iterator[None]:
        """Tell of a request when it is over."""
        self.metrics.begun()
        traced = self.tracing is not None and not exchange.is_probe
        with self.tracing.exchange(exchange) if self.tracing and traced else nullcontext():
            try:
                yield
            except Exception:
                exchange.status = exchange.status or 500
                exchange.problems.append("internal-error")
                raise
            finally:
                self.metrics.done(exchange)
                _log(exchange)

    def step(self, name: str, seconds: float) -> None:
        """Hear that a step has just ended."""
        self.metrics.step(name, seconds)
        if self.tracing is not None:
            self.tracing.step(name, seconds)

    def ended(self, asking: Asking) -> None:
        """Hear that a question was answered, or will not be."""
        timings = asking.clock.read()
        self.metrics.ended(asking, timings["total"] / 1_000)
        if asking.answer is not None:
            self.recent.add(timings)
        if self.tracing is not None:
            self.tracing.ended(asking)
        if 0 < self.slow_log.seconds <= timings["total"] / 1_000:
            self.metrics.slow.inc()
            self._log_slow(asking, timings)

    async def close(self) -> None:
        """Send what waits to be sent."""
        if self.tracing is not None:
            await self.workers.run(self.tracing.close)
        self.workers.close()

    def _log_slow(self, asking: Asking, timings: dict[str, float]) -> None:
        steps = ", ".join(f"{step} {milliseconds:.0f}" for step, milliseconds in timings.items())
        message = f"a question took {timings['total'] / 1_000:.1f} s, {asking.outcome}; ms: {steps}"
        fields: dict[str, object] = {"outcome": asking.outcome, "timings_ms": timings}
        if self.slow_log.questions:
            message += f"; asked: {asking.question}"
            fields["question"] = asking.question
        slow.warning("%s", message, extra={"fields": fields})


def _log(exchange: Exchange) -> None:
    """Write one line; what supervisors ask is no news."""
    quiet = exchange.is_probe and not exchange.problems
    fields = {
        "method": exchange.method,
        "route": exchange.route,
        "status": exchange.status,
        "milliseconds": round(exchange.milliseconds, 1),
        "bytes": exchange.bytes,
        "problems": list(exchange.problems),
    }
    requests.log(
        logging.DEBUG if quiet else logging.INFO,
        "%(method)s %(route)s %(status)s in %(milliseconds)s ms, %(bytes)s bytes",
        fields,
        extra={"fields": fields},
    )
