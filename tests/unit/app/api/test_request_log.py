"""One line of the log a request, with nothing in it that callers wrote."""

import logging
from contextvars import ContextVar

import pytest
from fastapi.testclient import TestClient

from app.access.caller import Role
from app.access.key_store import NewKey
from app.api.application import WebOptions, create_application
from app.concurrency import Workers
from app.telemetry.exchange import who
from index.logs import JsonFormatter
from tests.unit.app.api.test_access import made
from tests.unit.app.services import make_service

pytestmark = pytest.mark.anyio
QUESTION = {"question": "병가는 최대 며칠까지 쓸 수 있나요?"}


def lines(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "app.requests"]


def test_a_request_is_one_line(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "app.requests"):
        response = client.post("/ask", json=QUESTION, headers={"Cookie": "secret=1"})
    (record,) = lines(caplog)
    fields = dict(record.fields)  # type: ignore[attr-defined]
    milliseconds = fields.pop("milliseconds")
    assert 0 < milliseconds < 60_000
    assert fields == {
        "method": "POST",
        "route": "/ask",
        "status": 200,
        "bytes": len(response.content),
        "problems": [],
    }
    message = record.getMessage()
    assert message == (f"POST /ask 200 in {milliseconds} ms, {len(response.content)} bytes")


def test_ids_queries_and_headers_stay_out(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    session = client.post("/ask", json=QUESTION).json()["session_id"]
    with caplog.at_level(logging.DEBUG, "app"):
        client.get(f"/sessions/{session}?secret=word", headers={"Authorization": "Bearer word"})
        client.get("/word%0d%0aforged?word")
    told = " ".join(f"{each.getMessage()} {vars(each)}" for each in caplog.records)
    assert "/sessions/{session_id}" in told
    assert session not in told
    assert "word" not in told
    assert "forged" not in told


def test_the_type_of_a_problem_is_told(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "app.requests"):
        client.get("/sessions/nobody")
    assert lines(caplog)[0].fields["problems"] == ["session-not-found"]  # type: ignore[attr-defined]


def test_what_nobody_foresaw_is_a_500(caplog: pytest.LogCaptureFixture) -> None:
    application = create_application(make_service(), WebOptions(8_192))

    @application.get("/broken")
    async def broken() -> None:
        raise RuntimeError("nobody foresaw this")

    with (
        caplog.at_level(logging.INFO, "app.requests"),
        TestClient(application, raise_server_exceptions=False) as client,
    ):
        assert client.get("/broken").status_code == 500
    fields = lines(caplog)[0].fields  # type: ignore[attr-defined]
    assert (fields["route"], fields["status"]) == ("/broken", 500)
    assert fields["problems"] == ["internal-error"]


def test_what_supervisors_ask_every_few_seconds_is_no_news(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "app.requests"):
        client.get("/health")
        client.get("/ready")
        client.get("/metrics")
    assert lines(caplog) == []


class Shown(logging.Handler):
    """Keeps what the formatter makes of each record, where it is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter(who))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def test_every_line_of_a_request_names_it_and_its_key_in_threads_too() -> None:
    service = make_service()
    (key,) = made(service, NewKey("민지", Role.ASK))
    application = create_application(service, WebOptions(8_192))

    @application.get("/working")
    async def working() -> None:
        await service.workers.run(logging.getLogger("app.test").warning, "in a thread")

    shown = Shown()
    logger = logging.getLogger("app")
    logger.addHandler(shown)
    try:
        with TestClient(application) as client:
            client.get("/working", headers={**key, "X-Request-ID": "r-1"})
    finally:
        logger.removeHandler(shown)
    (line,) = [each for each in shown.lines if "in a thread" in each]
    assert '"request_id": "r-1"' in line
    key_id = key["Authorization"].split("_")[1]
    assert f'"key_id": "{key_id}"' in line
    assert key["Authorization"].split("_", 2)[2] not in "".join(shown.lines)


async def test_work_in_a_thread_sees_its_callers_context() -> None:
    name: ContextVar[str] = ContextVar("name", default="nobody")
    workers = Workers(threads=1, waiting_limit=1)
    name.set("somebody")
    assert await workers.run(name.get) == "somebody"
    workers.close()
