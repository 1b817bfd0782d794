import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access.caller import Role
from app.access.key_store import NewKey
from app.api.application import WebOptions, create_application
from app.service import Service
from tests.documents import chunked
from tests.unit.app.api.test_access import made
from tests.unit.app.api.test_bad_requests import assert_problem
from tests.unit.app.services import make_service

LEAVE = "병가는 최대 며칠까지 쓸 수 있나요?"
BACKUP = "When do backups run every night?"
Header = dict[str, str]


def asked(client: TestClient, question: str, session_id: str | None = None, **more: Any) -> str:
    body = {"question": question, **({"session_id": session_id} if session_id else {})}
    session: str = client.post("/ask", json=body, **more).json()["session_id"]
    return session


def lines(client: TestClient, **more: Any) -> list[dict[str, str]]:
    response = client.get("/admin/feedback/questions", **more)
    assert response.headers["content-type"].startswith("application/jsonl")
    return [json.loads(line) for line in response.text.splitlines()]


def test_an_opinion_is_listed_with_its_question_and_what_was_cited(client: TestClient) -> None:
    session = asked(client, LEAVE)
    given = {"session_id": session, "rating": "down", "comment": "연차가 아니라 병가요\n😀"}
    response = client.post("/feedback", json=given)
    assert (response.status_code, response.json()) == (
        201,
        {"session_id": session, "turn": 1, "rating": "down"},
    )
    listed = client.get("/admin/feedback").json()
    assert listed["total"] == 1
    shown = listed["feedback"][0]
    assert shown.pop("given_at")
    assert shown == {
        "key_id": None,
        "rating": "down",
        "comment": given["comment"],
        "expected_source": "",
        "question": LEAVE,
        "abstained": False,
        "cited_source": "docs/휴가.md",
    }


def test_a_source_that_was_named_becomes_a_question_to_tune_with(client: TestClient) -> None:
    opinion = {"session_id": asked(client, LEAVE), "rating": "down"}
    client.post("/feedback", json={**opinion, "expected_source": " docs/backup.md"})
    assert lines(client) == [{"question": LEAVE, "source": "docs/backup.md"}]


def test_an_answer_that_was_right_teaches_its_own_source(client: TestClient) -> None:
    client.post("/feedback", json={"session_id": asked(client, BACKUP), "rating": "up"})
    assert lines(client) == [{"question": BACKUP, "source": "docs/backup.md"}]


def test_what_is_wrong_without_a_source_teaches_nothing(client: TestClient) -> None:
    client.post("/feedback", json={"session_id": asked(client, BACKUP), "rating": "down"})
    assert lines(client) == []


def test_a_refusal_that_was_right_teaches_to_refuse() -> None:
    service = make_service(confidence_threshold=1)
    with TestClient(create_application(service, WebOptions(8_192))) as client:
        session = asked(client, "대통령은 누구인가요?")
        client.post("/feedback", json={"session_id": session, "rating": "up"})
        assert lines(client) == [{"question": "대통령은 누구인가요?"}]


def test_a_later_word_on_a_turn_takes_the_place_of_the_first(client: TestClient) -> None:
    opinion = {"session_id": asked(client, BACKUP), "rating": "up", "comment": "right"}
    client.post("/feedback", json=opinion)
    client.post("/feedback", json={**opinion, "rating": "down", "comment": "wrong"})
    listed = client.get("/admin/feedback").json()
    assert [(each["rating"], each["comment"]) for each in listed["feedback"]] == [("down", "wrong")]


def test_the_newest_word_on_a_question_counts(client: TestClient) -> None:
    for source in ("docs/backup", "docs/휴가"):
        opinion = {"session_id": asked(client, LEAVE), "rating": "down"}
        client.post("/feedback", json={**opinion, "expected_source": source})
    assert lines(client) == [{"question": LEAVE, "source": "docs/휴가"}]


def test_a_follow_up_is_kept_as_it_was_searched_for(client: TestClient) -> None:
    session = asked(client, LEAVE)
    asked(client, "그 신청은 언제까지 하나요?", session)
    turns = client.get(f"/sessions/{session}").json()["turns"]
    rewritten = turns[1]["result"]["rewritten_question"]
    assert rewritten is not None
    client.post("/feedback", json={"session_id": session, "rating": "up"})
    client.post("/feedback", json={"session_id": session, "rating": "up", "turn": 1})
    assert [line["question"] for line in lines(client)] == [LEAVE, rewritten]


@pytest.mark.parametrize(
    ("changed", "status", "name"),
    [
        ({"turn": 2}, 422, "invalid-feedback"),
        ({"turn": 0}, 422, "invalid-request"),
        ({"session_id": "nobody's"}, 404, "session-not-found"),
        ({"session_id": "x" * 101}, 422, "invalid-request"),
        ({"expected_source": "docs/nothing"}, 422, "invalid-feedback"),
        ({"expected_source": "\ud800"}, 422, "invalid-request"),
        ({"comment": "half a character: \ud83d"}, 422, "invalid-request"),
        ({"expected_source": "\0"}, 422, "invalid-feedback"),
        ({"expected_source": "d" * 1_001}, 422, "invalid-request"),
        ({"comment": "c" * 2_001}, 422, "invalid-request"),
        ({"rating": "sideways"}, 422, "invalid-request"),
        ({"owner": "me"}, 422, "invalid-request"),
    ],
)
def test_what_names_no_answer_or_no_document_is_refused(
    client: TestClient, changed: dict[str, object], status: int, name: str
) -> None:
    opinion = {"session_id": asked(client, BACKUP), "rating": "up", **changed}
    sent = client.post(
        "/feedback", content=json.dumps(opinion), headers={"Content-Type": "application/json"}
    )
    assert_problem(sent, status, name)
    assert client.get("/admin/feedback").json()["total"] == 0


def test_a_comment_is_kept_without_what_no_database_holds(client: TestClient) -> None:
    opinion = {"session_id": asked(client, BACKUP), "rating": "up", "comment": "a\0b"}
    assert client.post("/feedback", json=opinion).status_code == 201
    assert client.get("/admin/feedback").json()["feedback"][0]["comment"] == "ab"


def test_feedback_is_gone_with_its_session(client: TestClient) -> None:
    session = asked(client, BACKUP)
    client.post("/feedback", json={"session_id": session, "rating": "up"})
    client.delete(f"/sessions/{session}")
    assert client.get("/admin/feedback").json() == {"feedback": [], "total": 0}
    assert lines(client) == []


@pytest.fixture
def service() -> Service:
    return make_service()


@pytest.fixture
def keys(service: Service) -> list[Header]:
    return made(
        service,
        NewKey("민지", Role.ASK),
        NewKey("Sam", Role.ASK),
        NewKey("Root", Role.ADMIN),
    )


@pytest.fixture
def guarded(service: Service, keys: list[Header]) -> Iterator[TestClient]:
    del keys
    with TestClient(create_application(service, WebOptions(8_192))) as client:
        yield client


def test_only_the_key_of_a_session_speaks_about_it_and_only_administrators_read_it(
    guarded: TestClient, keys: list[Header]
) -> None:
    mine, theirs, admins = keys
    opinion = {"session_id": asked(guarded, BACKUP, headers=mine), "rating": "up"}
    assert_problem(
        guarded.post("/feedback", json=opinion, headers=theirs), 404, "session-not-found"
    )
    assert_problem(
        guarded.post("/feedback", json=opinion, headers=admins), 404, "session-not-found"
    )
    assert guarded.post("/feedback", json=opinion, headers=mine).status_code == 201
    for path in ("/admin/feedback", "/admin/feedback/questions", "/admin/stats", "/metrics"):
        assert_problem(guarded.get(path, headers=mine), 403, "forbidden")
        assert guarded.get(path, headers=admins).status_code == 200
    shown = guarded.get("/admin/feedback", headers=admins).json()["feedback"][0]
    assert shown["key_id"] in mine["Authorization"]


def test_a_source_that_one_may_not_see_is_refused_like_one_that_is_not_there(
    service: Service, guarded: TestClient, keys: list[Header]
) -> None:
    index = service.opener.index()
    with index.writer() as writer:
        writer.put(
            [chunked("secret/plan.md", ["The plan is secret."], groups=frozenset({"board"}))]
        )
        writer.publish()
    session = asked(guarded, BACKUP, headers=keys[0])
    refused = [
        guarded.post(
            "/feedback",
            json={"session_id": session, "rating": "up", "expected_source": source},
            headers=keys[0],
        )
        for source in ("secret/plan.md", "secret/nothing.md")
    ]
    assert [each.status_code for each in refused] == [422, 422]
    assert refused[0].json() == refused[1].json()


def test_many_opinions_are_read_a_page_at_a_time(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.feedback.lessons._AT_ONCE", 2)
    with TestClient(create_application(service, WebOptions(8_192))) as client:
        session = None
        for number in range(5):
            session = asked(client, f"When do backups run, {number}?", session)
            client.post("/feedback", json={"session_id": session, "rating": "up"})
        assert len(lines(client)) == 5
        assert len(client.get("/admin/feedback", params={"limit": 2}).json()["feedback"]) == 2
