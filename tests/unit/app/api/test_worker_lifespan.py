"""The worker begins once the service is open, and ends with it."""

import time

from fastapi.testclient import TestClient

from app.api.application import WebOptions, create_application
from app.worker_process import WorkerProcess
from tests.unit.app.services import make_service


class FakeWorker(WorkerProcess):
    """Tells what was asked of it, and starts nothing."""

    def __init__(self) -> None:
        super().__init__([])
        self.asked: list[str] = []

    def start(self) -> None:
        self.asked.append("start")

    async def close(self) -> None:
        self.asked.append("close")


def test_the_worker_lives_as_long_as_the_service() -> None:
    worker = FakeWorker()
    with TestClient(create_application(make_service(), WebOptions(8_192), worker)) as client:
        deadline = time.monotonic() + 30
        while not worker.asked and time.monotonic() < deadline:
            assert client.get("/health").status_code == 200
        assert worker.asked == ["start"]
    assert worker.asked == ["start", "close"]
