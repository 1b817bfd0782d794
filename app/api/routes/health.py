"""For supervisors: ``GET /health`` and ``GET /ready``."""

from fastapi import APIRouter, Request

from app.api.dependencies import ServiceDependency
from app.api.schemas.health import HealthResponse, ReadyResponse
from app.errors import EndingError
from app.service import Service

router = APIRouter(tags=["service"])


@router.get("/health")
async def health() -> HealthResponse:
    """Say that the process is alive; nothing else is looked at."""
    return HealthResponse(status="alive")


@router.get("/ready")
async def ready(service: ServiceDependency, request: Request) -> ReadyResponse:
    """Say that requests can be served: the index is open, or can be made, and models are loaded.

    A server that was told to end is not ready, so that no more questions are sent to it.
    """
    if request.scope["open_requests"].closing:
        raise EndingError("The service was told to end; send requests to another one.")
    return await service.workers.run(_ready, service)


def _ready(service: Service) -> ReadyResponse:
    status = service.opener.status(wait=False)
    if service.pipeline.reader is not None:
        service.pipeline.reader.warm(wait=False)
    return ReadyResponse(
        status="ready",
        revision=status.revision,
        documents=status.documents,
        children=status.children,
        embedder=status.embedder,
        analyzer=status.analyzer,
    )
