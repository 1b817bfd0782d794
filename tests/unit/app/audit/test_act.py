"""What is written of an act."""

import asyncio
import logging

import pytest

from app.audit.act import MOST_DOCUMENTS, Act, acting, present_act
from app.audit.log import NAME, LoggedActs


def test_what_is_told_of_no_act_is_forgotten() -> None:
    present_act().session_id = "forgotten"
    assert present_act().session_id is None


def test_tasks_and_threads_tell_the_act_that_they_are_part_of() -> None:
    async def told() -> Act:
        act = Act("ask")
        with acting(act):
            await asyncio.create_task(asyncio.to_thread(_tell))
        return act

    assert asyncio.run(told()).session_id == "s"


def _tell() -> None:
    present_act().session_id = "s"


def test_ids_are_cut_and_counted() -> None:
    act = Act("search", session_id="x" * 70_000, documents=["y" * 70_000] * 5_000)
    record = act.record(with_text=False)
    assert record["document_count"] == 5_000
    assert len(str(record)) < 200 * MOST_DOCUMENTS


@pytest.mark.parametrize("with_text", [False, True])
def test_the_log_gets_acts_even_where_little_is_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, *, with_text: bool
) -> None:
    monkeypatch.setattr(logging.getLogger(), "level", logging.ERROR)
    act = Act("ask", name="민지", status=200, question="연차는\n며칠?")
    LoggedActs(with_text=with_text).write(act)
    (record,) = [each for each in caplog.records if each.name == NAME]
    assert 'action="ask"' in record.message
    assert 'name="민지"' in record.message
    assert ("연차" in record.message) is with_text
    assert "\n" not in record.message
    assert record.__dict__["fields"]["status"] == 200
