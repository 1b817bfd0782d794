import logging

import pytest
from fastapi.testclient import TestClient

from app.api.application import WebOptions, create_application
from app.errors import LanguageModelTimeoutError
from app.llm.scripted import ScriptedModel
from app.service import Service
from app.telemetry.telemetry import SlowLog, Telemetry
from tests.unit.app.services import make_service
from tests.unit.app.telemetry.observed import observed

QUESTION = "병가는 최대 며칠까지 쓸 수 있나요?"
ALWAYS = 1e-9


def told(
    caplog: pytest.LogCaptureFixture, slow_log: SlowLog, service: Service | None = None
) -> list[logging.LogRecord]:
    """Return the warnings about slow questions after one was asked."""
    watched = observed(service or make_service(), Telemetry(slow_log))
    with (
        caplog.at_level(logging.INFO),
        TestClient(create_application(watched, WebOptions(8_192))) as client,
    ):
        client.post("/ask", json={"question": QUESTION}, headers={"X-Request-ID": "slow-1"})
        stats = client.get("/admin/stats").json()
    records = [each for each in caplog.records if each.name == "app.slow"]
    assert stats["slow_questions"] == len(records)
    return records


def test_a_slow_question_is_told_with_its_steps_and_not_in_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    (record,) = told(caplog, SlowLog(ALWAYS))
    timings = record.fields["timings_ms"]  # type: ignore[attr-defined]
    assert {"embed", "retrieve", "weigh", "answer", "total"} <= set(timings)
    assert "retrieve" in record.getMessage()
    assert not any("병가" in each.getMessage() for each in caplog.records)
    assert "병가" not in str(record.fields)  # type: ignore[attr-defined]


def test_its_words_are_told_where_that_is_wanted(caplog: pytest.LogCaptureFixture) -> None:
    (record,) = told(caplog, SlowLog(ALWAYS, questions=True))
    assert QUESTION in record.getMessage()


@pytest.mark.parametrize("seconds", [0, 1_000])
def test_a_fast_question_is_no_news_and_0_is_never(
    caplog: pytest.LogCaptureFixture, seconds: float
) -> None:
    assert told(caplog, SlowLog(seconds)) == []


def test_a_question_that_failed_slowly_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    def late(_: object) -> str:
        raise LanguageModelTimeoutError("It took too long.")

    (record,) = told(caplog, SlowLog(ALWAYS), make_service(model=ScriptedModel(late)))
    assert record.fields["outcome"] == "failed"  # type: ignore[attr-defined]
