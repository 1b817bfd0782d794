"""The garbage collector rests while models are loaded, and works again whatever comes of that."""

import gc
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.api.application import WebOptions, create_application
from app.errors import NotReadyError
from app.service import Service
from tests.unit.app.services import make_service


@pytest.fixture
def resting() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def broken() -> Service:
    """Return a service whose index cannot be opened."""
    service = make_service()

    def fail() -> None:
        raise NotReadyError("The index cannot be opened.")

    service.opener._index = None
    service.opener._open_index = fail  # type: ignore[assignment]
    return service


@pytest.mark.usefixtures("resting")
@pytest.mark.parametrize("make", [make_service, broken])
def test_the_collector_works_again_when_loading_has_ended_well_or_not(make: object) -> None:
    with TestClient(create_application(make(), WebOptions())) as client:  # type: ignore[operator]
        for _ in range(1_000):
            client.get("/health")
            if gc.isenabled():
                break
        assert gc.isenabled()
