"""``GET /ready`` where the index is open and the reader is not."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from app.api.application import WebOptions, create_application
from app.errors import NotReadyError, ReaderUnavailableError
from app.readers.base import Excerpt, Reader, Reading
from app.readers.first_number import FirstNumberReader
from index.errors import EmbedderUnavailableError
from tests.unit.app.services import make_service


class UnloadedReader(Reader):
    """Raises what it was given when it is warmed, until nothing is left to raise."""

    name = "unloaded"

    def __init__(self, error: Exception | None) -> None:
        self.error = error

    def _warm(self, *, wait: bool) -> None:
        del wait
        if self.error is not None:
            raise self.error

    def _readings(self, question: str, excerpts: Sequence[Excerpt]) -> list[Reading | None]:
        del question
        return [None] * len(excerpts)


def client_of(reader: Reader) -> TestClient:
    service = make_service()
    read = replace(service, pipeline=replace(service.pipeline, reader=reader))
    return TestClient(create_application(read, WebOptions(8_192)))


@pytest.mark.parametrize(
    ("error", "name", "detail"),
    [
        (ReaderUnavailableError("Its checksum is wrong."), "reader-unavailable", "Its checksum"),
        (EmbedderUnavailableError("No weights."), "embedder-unavailable", "No weights."),
        (NotReadyError("It is being loaded."), "not-ready", "It is being loaded."),
        (RuntimeError("no memory"), "reader-unavailable", "The reader unloaded failed: no memory"),
    ],
)
def test_a_reader_that_cannot_be_loaded_is_a_503_that_says_why(
    error: Exception, name: str, detail: str
) -> None:
    with client_of(UnloadedReader(error)) as client:
        response = client.get("/ready")
        assert client.get("/health").json() == {"status": "alive"}
    assert response.status_code == 503
    assert response.json()["type"] == f"urn:mureum:problem:{name}"
    assert detail in response.json()["detail"]
    assert ("retry-after" in response.headers) is (name == "not-ready")


def test_a_reader_that_can_be_loaded_later_makes_the_service_ready() -> None:
    reader = UnloadedReader(ReaderUnavailableError("There is no file."))
    with client_of(reader) as client:
        assert client.get("/ready").status_code == 503
        reader.error = None
        assert client.get("/ready").json()["status"] == "ready"


def test_a_reader_with_nothing_to_load_is_ready() -> None:
    with client_of(FirstNumberReader()) as client:
        assert client.get("/ready").json()["status"] == "ready"
