"""What routes receive."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from app.access.caller import Caller, Role
from app.access.desk import Desk
from app.service import Service


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceDependency = Annotated[Service, Depends(_service)]


async def _admission(service: ServiceDependency) -> AsyncIterator[None]:
    with service.workers.admission():
        yield


Admitted = Depends(_admission)
"""For routes that need a thread: refuses with 503 when too many requests wait."""


_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="API key",
    description="Needed as soon as a key was made, and wherever other machines can reach this.",
)


class _Caller:
    """Returns who calls, when it may do what a role may; raises ForbiddenError otherwise."""

    def __init__(self, role: Role) -> None:
        self._role = role

    def __call__(self, request: Request) -> Caller:
        caller: Caller = request.scope["caller"]
        caller.check(self._role)
        return caller


NeedsKey = Depends(_bearer)
"""For routers: tells in the OpenAPI document how to send a key; the middleware checks it."""

AskCaller = Annotated[Caller, Depends(_Caller(Role.ASK))]
IngestCaller = Annotated[Caller, Depends(_Caller(Role.INGEST))]
AdminCaller = Annotated[Caller, Depends(_Caller(Role.ADMIN))]


def _desk(service: ServiceDependency, caller: IngestCaller) -> Desk:
    return Desk(service.uploads.queue, service.opener.index, caller)


DeskDependency = Annotated[Desk, Depends(_desk)]
"""Where a caller's wishes about uploads are passed on, in a worker thread of the uploads."""
