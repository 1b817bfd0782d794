"""The web application around a service."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.telemetry import TelemetryConfig

from app.access.gate import Gate
from app.api.auditing import AuditMiddleware
from app.api.doors import AuthenticationMiddleware, OwnHostMiddleware, OwnOriginMiddleware
from app.api.ending import EndingMiddleware, OpenRequests
from app.api.headers import SecurityHeadersMiddleware
from app.api.limiting import LimitsMiddleware
from app.api.manual import add_manual
from app.api.middleware import BodyLimitMiddleware, BodyLimits, RequestIdMiddleware
from app.api.observing import ObservingMiddleware
from app.api.problems import install_problem_handlers
from app.api.routes import (
    ask,
    chat,
    documents,
    feedback,
    health,
    jobs,
    mcp,
    sessions,
    telemetry,
    uploads,
)
from app.api.turnstile import TurnstileMiddleware
from app.garbage import collect_when_idle, settle
from app.limits.limiter import Limiter, Limits
from app.limits.rate import Rate
from app.service import Service
from app.worker_process import WorkerProcess
from index.errors import MureumError

logger = logging.getLogger(__name__)

API_VERSION = "1"

_ROUTES = (ask, chat, mcp, documents, uploads, jobs, sessions, feedback, telemetry, health)

NOTHING_OF_THE_FRAMEWORK: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}
"""Its traces would hold whole paths and queries, with ids of sessions."""

PROTOCOL_HEADERS = ("MCP-Protocol-Version", "Mcp-Session-Id", "Mcp-Method", "Mcp-Name")
"""What clients of the Model Context Protocol send, also those that run in a page."""

PROBLEM_RESPONSE = {
    "description": "A problem document (RFC 9457).",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


@dataclass(frozen=True, slots=True)
class WebOptions:
    """What is let in: the largest body that holds no files, in bytes, and from where.

    All of such a body has to come in ``body_seconds``; 0 waits for ever.
    ``hosts`` are the names by which the service may be called, None for all; ``origins`` are
    sites whose pages may call it.
    """

    request_bytes: int = 65_536
    body_seconds: float = 0.0
    limits: Limits = field(default_factory=Limits)
    hosts: frozenset[str] | None = None
    origins: frozenset[str] = frozenset()


def create_application(
    service: Service, options: WebOptions, worker: WorkerProcess | None = None
) -> FastAPI:
    """Return the application; a worker lives as long as the server does."""
    application = FastAPI(
        title="mureum",
        summary="Answers questions in Korean and English from a team's own documents.",
        version=API_VERSION,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        responses={"default": PROBLEM_RESPONSE},
        telemetry=NOTHING_OF_THE_FRAMEWORK,
    )
    application.state.service = service
    application.state.worker = worker
    application.state.open_requests = OpenRequests()
    install_problem_handlers(application)
    for routes in _ROUTES:
        application.include_router(routes.router)
    add_manual(application)
    _add_middleware(application, service, options)
    return application


def _add_middleware(application: FastAPI, service: Service, options: WebOptions) -> None:
    """Add what every request passes through; the last one is passed first."""
    application.add_middleware(EndingMiddleware, open_requests=application.state.open_requests)
    form_bytes = service.uploads.limits.form_bytes
    bodies = BodyLimits(options.request_bytes, form_bytes, options.body_seconds)
    gate = Gate(service.access, Rate(options.limits.wrong_keys_a_minute))
    application.add_middleware(BodyLimitMiddleware, limits=bodies)
    application.add_middleware(LimitsMiddleware, limiter=Limiter(options.limits))
    application.add_middleware(AuthenticationMiddleware, gate=gate)
    application.add_middleware(AuditMiddleware, audit=service.audit)
    application.add_middleware(OwnOriginMiddleware, origins=options.origins)
    if options.origins:
        application.add_middleware(
            CORSMiddleware,
            allow_origins=sorted(options.origins),
            allow_methods=["*"],
            allow_headers=["Authorization", "Content-Type", *PROTOCOL_HEADERS],
            expose_headers=["X-Request-ID", "Retry-After"],
        )
    if options.hosts is not None:
        application.add_middleware(OwnHostMiddleware, hosts=options.hosts)
    application.add_middleware(SecurityHeadersMiddleware)
    application.add_middleware(RequestIdMiddleware)
    application.add_middleware(TurnstileMiddleware)
    application.add_middleware(ObservingMiddleware, telemetry=service.telemetry)


@asynccontextmanager
async def _lifespan(application: FastAPI) -> AsyncIterator[None]:
    from app.mcp.http import protocol_over_http

    service: Service = application.state.service
    worker: WorkerProcess | None = application.state.worker
    opening = asyncio.create_task(_begin(service, worker))
    collecting = asyncio.create_task(collect_when_idle(lambda: service.workers.idle))
    async with protocol_over_http(service) as application.state.mcp:
        yield
    opening.cancel()
    collecting.cancel()
    if worker is not None:
        await worker.close()
    await service.close()


async def _begin(service: Service, worker: WorkerProcess | None) -> None:
    """Open the service, and then start the worker: questions go first."""
    await _open_early(service)
    if worker is not None:
        worker.start()


async def _open_early(service: Service) -> None:
    """Load index and models while the server already answers ``/health``."""
    try:
        await service.conversations.open()
        status = await service.workers.run(service.opener.status)
        if service.pipeline.reader is not None:
            await service.workers.run(service.pipeline.reader.warm)
    except MureumError as error:
        logger.warning("not ready: %s", error)
    else:
        logger.info("ready: %d documents at revision %d", status.documents, status.revision)
        settle()
    finally:
        gc.enable()
