"""How it goes on with what was handed over: ``/jobs`` and what lies below it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from app.access.desk import Desk
from app.api.dependencies import Admitted, DeskDependency, NeedsKey, ServiceDependency
from app.api.schemas.uploads import JobResponse, JobsQuery, JobsResponse
from app.api.streaming import event, events_response, streamed
from app.job_watch import FINAL
from app.service import Service
from index.uploads.models import JobPage

router = APIRouter(prefix="/jobs", tags=["uploads"], dependencies=[NeedsKey])


@router.get("", dependencies=[Admitted])
async def list_jobs(
    query: Annotated[JobsQuery, Query()], service: ServiceDependency, desk: DeskDependency
) -> JobsResponse:
    """List the jobs of your key, the newest first."""
    return JobsResponse.of(await service.uploads.run(_list, desk, query))


@router.get("/{job_id}", dependencies=[Admitted])
async def show_job(job_id: str, service: ServiceDependency, desk: DeskDependency) -> JobResponse:
    """Show one job as it is now."""
    return JobResponse.of(await service.uploads.run(desk.job, job_id))


@router.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    responses=events_response("progress", "done", "failed", "error"),
)
async def follow_job(
    job_id: str, service: ServiceDependency, request: Request, desk: DeskDependency
) -> StreamingResponse:
    """Tell how a job goes on: ``progress`` now and at every change, then ``done`` or ``failed``.

    Each event holds the job. A job that has ended already gives its last event only. When the
    server ends before the job, so does the stream; the job goes on later.
    """
    return await streamed(
        _events(service, desk, job_id),
        request,
        lambda problem: event("error", problem),
    )


async def _events(service: Service, desk: Desk, job_id: str) -> AsyncGenerator[str, None]:
    await service.uploads.run(desk.job, job_id)  # another's job is as unknown as any
    async with aclosing(service.uploads.follow(job_id)) as jobs:
        async for job in jobs:
            name = job.state.value if job.state in FINAL else "progress"
            yield event(name, JobResponse.of(job))


def _list(desk: Desk, query: JobsQuery) -> JobPage:
    return desk.jobs(limit=query.limit, offset=query.offset, state=query.state)
