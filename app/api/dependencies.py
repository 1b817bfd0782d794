"""What routes receive."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

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
