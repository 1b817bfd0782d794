"""``GET /admin/stats``."""

from collections.abc import Mapping
from time import monotonic
from typing import Self

from pydantic import BaseModel, Field

from app.telemetry.metrics import counts_by_label, mureum_version
from app.telemetry.present import Present
from app.telemetry.recent import Quantiles
from app.telemetry.telemetry import Telemetry
from index.models import IndexStatus


class IndexStatsResponse(BaseModel):
    """What the index holds."""

    revision: int
    documents: int
    children: int
    size_bytes: int
    embedder: str

    @classmethod
    def of(cls, status: IndexStatus) -> Self:
        """Return what is shown of an index."""
        return cls(
            revision=status.revision,
            documents=status.documents,
            children=status.children,
            size_bytes=status.size_bytes,
            embedder=status.embedder,
        )


class QuantilesResponse(BaseModel):
    """How long half of the last answers took at most, and nineteen in twenty."""

    answers: int = Field(description="How many of the last answers had this step.")
    p50_ms: float
    p95_ms: float

    @classmethod
    def of(cls, quantiles: Quantiles) -> Self:
        """Return what is shown of a step."""
        return cls(answers=quantiles.answers, p50_ms=quantiles.p50, p95_ms=quantiles.p95)


class StatsResponse(BaseModel):
    """How the service is; counts are since its start, and of this process alone."""

    version: str
    uptime_seconds: float
    index: IndexStatsResponse | None = Field(description="Absent while no index is open.")
    jobs: Mapping[str, int] = Field(description="Documents that wait to be read, by state.")
    requests_waiting: int = Field(description="Work that waits for a thread.")
    requests_open: int
    streams_open: int
    answers: Mapping[str, int] = Field(description="By what came of the questions.")
    slow_questions: int
    problems: Mapping[str, int] = Field(description="What callers were told, by type.")
    steps: Mapping[str, QuantilesResponse] = Field(description="Times of the last answers.")

    @classmethod
    def of(cls, telemetry: Telemetry, present: Present) -> Self:
        """Return what is shown of a service."""
        metrics = telemetry.metrics
        recent = telemetry.recent.quantiles()
        return cls(
            version=mureum_version(),
            uptime_seconds=round(monotonic() - telemetry.started, 1),
            index=IndexStatsResponse.of(present.index) if present.index else None,
            jobs={str(state): count for state, count in present.jobs.items()},
            requests_waiting=present.waiting,
            requests_open=metrics.now("requests_open"),
            streams_open=metrics.now("streams_open"),
            answers=counts_by_label(metrics.answers),
            slow_questions=metrics.now("slow_questions_total"),
            problems=counts_by_label(metrics.problems),
            steps={step: QuantilesResponse.of(each) for step, each in recent.items()},
        )
