"""For those who run the service: ``GET /metrics`` and ``GET /admin/stats``."""

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from app.api.dependencies import AdminCaller, NeedsKey, ServiceDependency
from app.api.schemas.stats import StatsResponse
from app.service import Service
from app.telemetry.present import PresentCollector

router = APIRouter(tags=["service"], dependencies=[NeedsKey])


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(service: ServiceDependency, caller: AdminCaller) -> Response:
    """Tell Prometheus what was counted and timed, and how the service is now."""
    del caller
    telemetry = service.telemetry
    with telemetry.workers.admission():
        text = await telemetry.workers.run(telemetry.metrics.text, PresentCollector(service.parts))
    return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)


@router.get("/admin/stats")
async def stats(service: ServiceDependency, caller: AdminCaller) -> StatsResponse:
    """Tell a person how the service is, what it answered since its start, and how fast."""
    del caller
    telemetry = service.telemetry
    with telemetry.workers.admission():
        return await telemetry.workers.run(_stats, service)


def _stats(service: Service) -> StatsResponse:
    return StatsResponse.of(service.telemetry, service.parts.look())
