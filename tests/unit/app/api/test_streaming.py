"""Events over HTTP: their order, their one end, and what happens when nobody listens any more."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence

import pytest
from fastapi.testclient import TestClient

from app.api import streaming
from app.api.application import WebOptions, create_application
from app.api.problems import Problem
from app.errors import LanguageModelTimeoutError
from app.llm.base import LanguageModel, Message, Piece, Sampling
from app.llm.scripted import ScriptedModel
from tests.unit.app.services import make_service

QUESTION = "병가는 며칠까지 쓸 수 있나요?"


def events_of(text: str) -> list[tuple[str, dict[str, object]]]:
    """Return the names and data of server-sent events."""
    found = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def asked(model: LanguageModel | None = None) -> TestClient:
    return TestClient(create_application(make_service(model=model), WebOptions(8_192)))


@pytest.mark.parametrize(
    ("body", "headers"), [({"stream": True}, {}), ({}, {"accept": "text/event-stream"})]
)
def test_an_answer_comes_as_events_with_exactly_one_end(
    body: dict[str, object], headers: dict[str, str]
) -> None:
    with asked() as client:
        response = client.post("/ask", json={"question": QUESTION, **body}, headers=headers)
        whole = client.post("/ask", json={"question": QUESTION}).json()
    events = events_of(response.text)
    names = [name for name, _ in events]
    assert response.headers["content-type"].startswith("text/event-stream")
    assert names == ["meta", "delta", "citation", "done"]
    meta, delta, citation, done = (data for _, data in events)
    assert meta["session_id"] == done["session_id"]
    assert meta["sources"]
    assert str(done["answer"]) == delta["text"] == whole["answer"]
    assert done["citations"] == [citation] == whole["citations"]


def test_a_question_that_cannot_be_read_is_refused_before_a_stream_begins() -> None:
    with asked() as client:
        response = client.post("/ask", json={"question": "?!", "stream": True})
        unknown = client.post("/ask", json={"question": "연차?", "stream": True, "session_id": "x"})
    assert (response.status_code, unknown.status_code) == (422, 404)
    assert response.headers["content-type"] == "application/problem+json"


class Failing(LanguageModel):
    """Says a few words and then fails."""

    name = "failing"
    context_tokens = 8_192

    async def _stream(
        self, messages: Sequence[Message], sampling: Sampling
    ) -> AsyncGenerator[Piece, None]:
        del messages, sampling
        yield Piece("병가는 최대 ")
        yield Piece("육십 일입니다")
        raise LanguageModelTimeoutError("The language model took too long.")


def test_a_model_that_fails_in_the_middle_ends_the_stream_with_one_error() -> None:
    with asked(Failing()) as client:
        response = client.post("/ask", json={"question": QUESTION, "stream": True})
        session_id = events_of(response.text)[0][1]["session_id"]
        turns = client.get(f"/sessions/{session_id}").json()["turns"]
    names = [name for name, _ in events_of(response.text)]
    assert names[0] == "meta"
    assert names[-1] == "error"
    assert names.count("error") == 1
    assert "done" not in names
    problem = events_of(response.text)[-1][1]
    assert problem["type"] == "urn:mureum:problem:model-timeout"
    assert [(turn["question"], turn["status"]) for turn in turns] == [(QUESTION, "failed")]


def test_a_follow_up_is_searched_for_as_a_question_that_stands_alone() -> None:
    with asked() as client:
        first = client.post("/ask", json={"question": "병가는 며칠까지 쓸 수 있나요?"}).json()
        body = {"question": "진단서는요?", "session_id": first["session_id"]}
        second = client.post("/ask", json=body).json()
        turns = client.get(f"/sessions/{first['session_id']}").json()["turns"]
    assert first["rewritten_question"] is None
    assert "병가" in second["rewritten_question"]
    assert second["session_id"] == first["session_id"]
    assert [turn["question"] for turn in turns] == [QUESTION, "진단서는요?"]


class Connection:
    """A client that goes away when it is told to."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self.scope: dict[str, str] = {}

    async def receive(self) -> dict[str, str]:
        await self.gone.wait()
        return {"type": "http.disconnect"}


@pytest.mark.anyio
async def test_work_stops_when_the_client_leaves_during_a_silence() -> None:
    connection, stopped = Connection(), asyncio.Event()

    async def texts() -> AsyncGenerator[str, None]:
        try:
            yield "first"
            await asyncio.sleep(60)
            yield "never"
        finally:
            stopped.set()

    response = await streaming.streamed(texts(), connection, Problem.model_dump_json)  # type: ignore[arg-type]
    received = []
    async for text in response.body_iterator:
        received.append(text)
        connection.gone.set()
    await asyncio.wait_for(stopped.wait(), 1)
    assert received == ["first"]


@pytest.mark.anyio
async def test_work_stops_when_the_client_leaves_before_the_first_text() -> None:
    connection, stopped = Connection(), asyncio.Event()

    async def texts() -> AsyncGenerator[str, None]:
        try:
            await asyncio.sleep(60)
            yield "never"
        finally:
            stopped.set()

    asyncio.get_running_loop().call_later(0.05, connection.gone.set)
    response = await streaming.streamed(texts(), connection, Problem.model_dump_json)  # type: ignore[arg-type]
    assert [text async for text in response.body_iterator] == []
    await asyncio.wait_for(stopped.wait(), 1)


@pytest.mark.anyio
async def test_a_long_silence_is_filled_with_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "KEEP_ALIVE_SECONDS", 0.02)

    async def texts() -> AsyncGenerator[str, None]:
        yield "first"
        await asyncio.sleep(0.2)
        yield "last"

    response = await streaming.streamed(texts(), Connection(), Problem.model_dump_json)  # type: ignore[arg-type]
    received = [text async for text in response.body_iterator]
    assert received[0] == "first"
    assert received[-1] == "last"
    assert set(received[1:-1]) == {streaming.KEEP_ALIVE}


@pytest.mark.anyio
async def test_a_disconnected_client_costs_no_more_tokens() -> None:
    model = ScriptedModel(lambda _: "word " * 600, seconds_per_word=0.01)
    service = make_service(model=model)
    events = service.conversation.stream(_inquiry())
    async for event in events:
        if type(event).__name__ == "Delta":
            break
    await events.aclose()
    said = model.words_said
    await asyncio.sleep(0.1)
    assert model.words_said == said < 50
    sessions = await service.conversations.list()
    transcript = await service.conversations.read(sessions.sessions[0].session_id)
    assert [turn.status for turn in transcript.turns] == ["interrupted"]
    await service.close()


def _inquiry() -> object:
    from app.pipeline.answer import Inquiry

    return Inquiry(QUESTION)


def test_texts_that_wait_together_are_sent_together_and_the_end_stays_an_end() -> None:
    """A client that reads slowly is told in fewer pieces, and nothing is lost."""

    async def texts() -> AsyncGenerator[str, None]:
        for number in range(40):
            yield f"{number},"
        raise LanguageModelTimeoutError("too long")

    async def run() -> tuple[list[object], object]:
        source = streaming._Source(texts(), asyncio.Event().wait)  # type: ignore[arg-type]
        taken: list[object] = []
        while not isinstance(item := await source.take(), Exception):
            taken.append(item)
            await asyncio.sleep(0.01)
        await source.close()
        return taken, item

    taken, item = asyncio.run(run())
    assert "".join(map(str, taken)) == "".join(f"{number}," for number in range(40))
    assert 1 < len(taken) < 10
    assert isinstance(item, LanguageModelTimeoutError)
