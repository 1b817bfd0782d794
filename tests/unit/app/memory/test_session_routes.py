import json
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.caller import ANYONE
from app.api.problems import install_problem_handlers
from app.api.routes import sessions
from app.memory.address import database_url
from app.memory.conversations import Conversations
from app.memory.database import Database
from app.memory.records import TurnResult

EVERYTHING = SimpleNamespace(by=lambda _: None)
CITATION = {"number": 1, "quote": "연차 휴가는 일 년에 15일입니다.", "page": 1}


@pytest.fixture
def conversations(tmp_path: Path) -> Conversations:
    return Conversations(Database(database_url("", tmp_path)))


class AsAnyone:
    """Lets requests pass as they do where no key is needed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["caller"] = ANYONE
        await self._app(scope, receive, send)


@pytest.fixture
def client(conversations: Conversations) -> Iterator[TestClient]:
    """A client of the routes alone."""

    @asynccontextmanager
    async def lifespan(_: FastAPI):  # type: ignore[no-untyped-def]  # noqa: ANN202
        yield
        await conversations.close()

    application = FastAPI(lifespan=lifespan)
    application.state.service = SimpleNamespace(conversations=conversations, reading=EVERYTHING)
    application.include_router(sessions.router)
    application.add_middleware(AsAnyone)
    install_problem_handlers(application)
    with TestClient(application) as client:
        client.post("/sessions")  # opens the database in the loop of the client
        client.delete("/sessions")
        yield client


def ask(client: TestClient, conversations: Conversations, session_id: str, question: str) -> None:
    async def turn() -> None:
        async with conversations.turn(session_id, question) as turn:
            await turn.finish(TurnResult("15일입니다. [1]", citations=[CITATION]))

    assert client.portal is not None
    client.portal.call(turn)


def test_a_session_is_begun_asked_shown_and_exported(
    client: TestClient, conversations: Conversations
) -> None:
    created = client.post("/sessions")
    assert created.status_code == 201
    session_id = created.json()["session_id"]
    assert (created.json()["title"], created.json()["turns"]) == (None, 0)
    ask(client, conversations, session_id, "연차는 며칠인가요? 🏖️")
    shown = client.get(f"/sessions/{session_id}").json()
    assert shown["session"]["title"] == "연차는 며칠인가요? 🏖️"
    (turn,) = shown["turns"]
    assert (turn["status"], turn["result"]["citations"]) == ("done", [CITATION])
    exported = client.get(f"/sessions/{session_id}/export")
    assert exported.headers["content-disposition"].endswith(f'"session-{session_id}.json"')
    assert exported.json()["turns"][0]["result"]["answer"] == "15일입니다. [1]"


def test_sessions_are_listed_page_by_page(client: TestClient) -> None:
    for title in ("하나", "둘", "셋"):
        client.post("/sessions", json={"title": title})
    listing = client.get("/sessions", params={"limit": 2}).json()
    assert ([each["title"] for each in listing["sessions"]], listing["total"]) == (["셋", "둘"], 3)
    rest = client.get("/sessions", params={"offset": 2}).json()["sessions"]
    assert [each["title"] for each in rest] == ["하나"]


def test_a_session_is_renamed_and_deleted(client: TestClient) -> None:
    path = f"/sessions/{client.post('/sessions').json()['session_id']}"
    renamed = client.patch(path, json={"title": "  휴가\n이야기 👩🏽‍💻 "})
    assert (renamed.status_code, renamed.json()["title"]) == (200, "휴가 이야기 👩🏽‍💻")
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    client.post("/sessions")
    assert client.delete("/sessions").json() == {"deleted": 1}
    assert client.get("/sessions").json() == {"sessions": [], "total": 0}


@pytest.mark.parametrize("session_id", ["a" * 32, "%00", "없음", "..%2f", "x" * 200])
def test_an_unknown_session_is_not_found_in_the_same_words(
    client: TestClient, session_id: str
) -> None:
    path = f"/sessions/{session_id}"
    responses = [
        client.get(path),
        client.get(f"{path}/export"),
        client.delete(path),
        client.patch(path, json={"title": "훔친 제목"}),
    ]
    problems = [response.json() for response in responses]
    assert {problem["status"] for problem in problems} == {404}
    if "%2f" not in session_id:
        assert {problem["type"] for problem in problems} == {"urn:mureum:problem:session-not-found"}


@pytest.mark.parametrize("title", ["", "  \n", "\u200b", "널\0문자", "\x1b[31m빨강", "가" * 201, 7])
def test_a_title_that_nobody_can_read_is_refused(client: TestClient, title: object) -> None:
    path = f"/sessions/{client.post('/sessions').json()['session_id']}"
    assert client.patch(path, json={"title": title}).status_code == 422
    assert client.post("/sessions", json={"title": title}).status_code == 422


def test_half_a_surrogate_pair_is_no_title(client: TestClient) -> None:
    content = json.dumps({"title": "\ud83d"})
    headers = {"content-type": "application/json"}
    assert client.post("/sessions", content=content, headers=headers).status_code == 422


@pytest.mark.parametrize("query", ["?limit=0", "?limit=201", "?offset=-1", "?owner=kim"])
def test_an_impossible_listing_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/sessions{query}").status_code == 422


def test_a_database_that_cannot_be_used_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "conversations.sqlite3").write_bytes(b"this is no database" * 100)
    application = FastAPI()
    broken = Conversations(Database(database_url("", tmp_path)))
    application.state.service = SimpleNamespace(conversations=broken, reading=EVERYTHING)
    application.include_router(sessions.router)
    application.add_middleware(AsAnyone)
    install_problem_handlers(application)
    with TestClient(application) as client:
        problem = client.get("/sessions").json()
    assert problem["status"] >= 500
    assert "conversations.sqlite3" in problem["detail"]
