from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.api.application import WebOptions, create_application
from tests.unit.app.services import make_service

REQUEST_BYTES = 8_192


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client of a service over the small index, which answers whatever it finds."""
    application = create_application(make_service(), WebOptions(REQUEST_BYTES))
    with TestClient(application) as client:
        yield client
