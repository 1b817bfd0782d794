"""What is answered to files that are handed over, and what is shown of their jobs."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from app.api.problems import Problem
from app.api.schemas.common import Request
from index.uploads.models import Job, JobKind, JobPage, JobState


class JobsQuery(Request):
    """Which jobs to list."""

    state: JobState | None = None
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=10**9)


class JobResponse(BaseModel):
    """One wish about one document; ``done`` and ``failed`` are final states.

    ``stage`` tells what a running job does. ``outcome`` says what a finished one did (added,
    changed, unchanged, removed, duplicate), ``reason`` and ``message`` why one failed.
    """

    job_id: str
    kind: JobKind
    document_id: str
    source: str
    name: str
    state: JobState
    stage: str | None
    outcome: str | None
    reason: str | None
    message: str | None
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, job: Job) -> Self:
        """Return what is shown of a job."""
        return cls(
            job_id=job.job_id,
            kind=job.kind,
            document_id=job.document_id,
            source=job.source,
            name=job.name,
            state=job.state,
            stage=job.stage or None,
            outcome=job.outcome or None,
            reason=job.reason or None,
            message=job.message or None,
            attempts=job.attempts,
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
        )


class JobsResponse(BaseModel):
    """One page of a listing, the newest job first, and the length of the whole listing."""

    jobs: list[JobResponse]
    total: int

    @classmethod
    def of(cls, page: JobPage) -> Self:
        """Return what is shown of a page."""
        return cls(jobs=[JobResponse.of(job) for job in page.jobs], total=page.total)


class FileResponse(BaseModel):
    """One file of a form: the job that reads it, or the problem for which it was not taken."""

    name: str
    job: JobResponse | None = None
    problem: Problem | None = None


class UploadResponse(BaseModel):
    """The files of a form in their order."""

    files: list[FileResponse]
