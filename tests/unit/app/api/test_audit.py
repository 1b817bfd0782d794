"""Which acts are written down over HTTP, and what of them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access.caller import Role
from app.access.key_store import NewKey
from app.api.application import WebOptions, create_application
from app.audit.act import Act
from app.audit.actions import ACTIONS, NO_ACTS, template_of
from app.audit.log import AuditLog
from app.limits.limiter import Limits
from tests.unit.app.api.test_access import QUESTION, made
from tests.unit.app.services import make_service

LIMITS = Limits(wrong_keys_a_minute=2)
JSON_RPC = {"Accept": "application/json, text/event-stream"}


class Written(AuditLog):
    """Keeps acts for the test to read."""

    def __init__(self) -> None:
        self.acts: list[Act] = []

    def write(self, act: Act) -> None:
        self.acts.append(act)

    @property
    def last(self) -> Act:
        return self.acts[-1]


@pytest.fixture
def written() -> Written:
    return Written()


@pytest.fixture
def client(written: Written) -> Iterator[TestClient]:
    service = replace(make_service(), audit=written)
    (header,) = made(service, NewKey("민지", Role.ADMIN))
    with TestClient(create_application(service, WebOptions(limits=LIMITS))) as client:
        client.headers.update(header)
        yield client


def test_every_path_is_an_act_or_known_to_be_none(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    known = set(ACTIONS) | NO_ACTS
    asked = {(method.upper(), template_of(path)) for path in paths for method in paths[path]}
    assert asked - known == set(), "app/audit/actions.py has to say which acts these are"
    assert known - asked <= {("POST", "/mcp"), ("POST", "/mcp/")}


def test_a_question_is_written_with_who_asked_and_what_was_cited(
    client: TestClient, written: Written
) -> None:
    response = client.post("/ask", json=QUESTION, headers={"X-Request-ID": "wish-7"})
    answer = response.json()
    act = written.last
    assert (act.action, act.status, act.request_id) == ("ask", 200, "wish-7")
    assert act.name == "민지"
    assert len(str(act.key_id)) == 12
    assert act.client == "testclient"
    assert act.session_id == answer["session_id"]
    assert act.documents == [answer["citations"][0]["document_id"]]
    assert (act.question, act.answer) == (QUESTION["question"], answer["answer"])
    assert act.milliseconds > 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/ask", {**QUESTION, "stream": True}),
        (
            "/v1/chat/completions",
            {"messages": [{"role": "user", "content": QUESTION["question"]}], "stream": True},
        ),
    ],
)
def test_a_stream_is_one_act_written_at_its_end(
    client: TestClient, written: Written, path: str, body: dict[str, Any]
) -> None:
    text = client.post(path, json=body).text
    (act,) = written.acts
    assert act.status == 200
    assert act.documents
    assert str(act.answer) in text.replace("\\n", "\n")


def test_a_search_is_written_with_the_documents_that_it_showed(
    client: TestClient, written: Written
) -> None:
    hits = client.post("/search", json={"query": "연차 휴가"}).json()["hits"]
    assert written.last.action == "search"
    assert set(written.last.documents) == {hit["document_id"] for hit in hits}
    assert written.last.question == "연차 휴가"


def test_a_tool_is_written_by_its_name(client: TestClient, written: Written) -> None:
    for name, arguments in (
        ("ask", {"question": QUESTION["question"]}),
        ("search", {"query": "연차"}),
        ("get_document", {"document_id": "0" * 32}),
    ):
        call = {"name": name, "arguments": arguments}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
        assert client.post("/mcp", json=message, headers=JSON_RPC).status_code == 200
        assert written.last.action == f"mcp.{name}"
        assert written.last.documents
    assert [act.name for act in written.acts] == ["민지"] * 3


def test_what_is_done_to_documents_and_sessions_is_written_with_their_ids(
    client: TestClient, written: Written
) -> None:
    session = client.post("/ask", json=QUESTION).json()["session_id"]
    document = written.last.documents[0]
    for method, path, action, status in (
        ("GET", "/documents", "document.list", 200),
        ("GET", f"/documents/{document}/text", "document.read", 200),
        ("DELETE", f"/documents/{document}", "document.delete", 409),
        ("GET", f"/sessions/{session}", "session.read", 200),
        ("GET", f"/sessions/{session}/export", "session.export", 200),
        ("DELETE", f"/sessions/{session}", "session.delete", 204),
        ("GET", f"/sessions/{session}", "session.read", 404),
    ):
        client.request(method, path)
        act = written.last
        assert (act.action, act.status) == (action, status)
        assert act.session_id == (session if action.startswith("session") else None)
        assert list(act.documents) == ([document] if path.startswith("/documents/") else [])
    assert written.last.problems == ["session-not-found"]


def test_a_guessed_session_is_written_as_it_was_guessed(
    client: TestClient, written: Written
) -> None:
    client.post("/ask", json={**QUESTION, "session_id": "guess"})
    assert (written.last.status, written.last.session_id) == (404, "guess")
    assert written.last.answer is None


def test_who_is_not_let_in_is_written_as_nobody_until_a_limit_holds(
    client: TestClient, written: Written
) -> None:
    for _ in range(5):
        client.post("/ask", json=QUESTION, headers={"Authorization": "Bearer wrong"})
    assert [(act.status, act.key_id, act.name) for act in written.acts] == [(401, None, "")] * 2


def test_what_supervisors_and_programs_ask_again_and_again_is_no_act(
    client: TestClient, written: Written
) -> None:
    for path in ("/health", "/ready", "/jobs", "/v1/models", "/nothing"):
        client.get(path)
    assert written.acts == []


def test_an_act_that_fails_unexpectedly_is_written_as_that(written: Written) -> None:
    service = replace(make_service(), audit=written)
    broken = replace(service, conversations=None)  # type: ignore[arg-type]
    application = create_application(broken, WebOptions())
    client = TestClient(application, raise_server_exceptions=False)
    assert client.get("/sessions").status_code == 500
    assert (written.last.action, written.last.status) == ("session.list", 500)


def test_no_line_holds_a_secret(client: TestClient, written: Written) -> None:
    secret = str(client.headers["Authorization"]).split("_", 2)[2]
    assert len(secret) > 40
    client.post("/ask", json=QUESTION)
    client.post(f"/ask?key={secret}", json={"question": secret})
    records = [act.record(with_text=False) for act in written.acts]
    assert len(records) == 2
    assert secret not in json.dumps(records)
