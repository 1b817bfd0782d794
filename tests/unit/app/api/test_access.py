"""Keys over HTTP: who is let in, what a role may do, whose sessions one sees."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.access.caller import Role
from app.access.key_store import NewKey
from app.api.application import WebOptions, create_application
from app.service import Service
from tests.unit.app.api.test_bad_requests import assert_problem
from tests.unit.app.services import make_service

OPEN = ["/health", "/ready", "/openapi.json"]
CLOSED = [
    ("POST", "/ask"),
    ("POST", "/search"),
    ("GET", "/documents"),
    ("GET", "/documents/x"),
    ("GET", "/documents/x/text"),
    ("POST", "/documents"),
    ("PUT", "/documents/x"),
    ("DELETE", "/documents/x"),
    ("POST", "/documents/x/retry"),
    ("GET", "/jobs"),
    ("GET", "/jobs/x"),
    ("GET", "/jobs/x/events"),
    ("GET", "/sessions"),
    ("POST", "/sessions"),
    ("DELETE", "/sessions"),
    ("GET", "/sessions/x"),
    ("PATCH", "/sessions/x"),
    ("DELETE", "/sessions/x"),
    ("GET", "/sessions/x/export"),
    ("POST", "/feedback"),
    ("GET", "/admin/feedback"),
    ("GET", "/admin/feedback/questions"),
    ("GET", "/admin/stats"),
    ("GET", "/metrics"),
    ("POST", "/mcp"),
    ("POST", "/mcp/"),
    ("GET", "/v1/models"),
    ("POST", "/v1/chat/completions"),
    ("GET", "/nothing"),
]
QUESTION = {"question": "연차 휴가는 며칠인가요?"}


def made(service: Service, *keys: NewKey) -> list[dict[str, str]]:
    """Return, for each new key, the header that sends it."""

    async def make() -> list[dict[str, str]]:
        tokens = [(await service.access.keys.create(key))[1] for key in keys]
        await service.conversations.close()  # it is opened again in the loop of the client
        return [{"Authorization": f"Bearer {token.text}"} for token in tokens]

    return asyncio.run(make())


@pytest.fixture
def service() -> Service:
    return make_service()


@pytest.fixture
def keys(service: Service) -> list[dict[str, str]]:
    return made(service, NewKey("민지", Role.ASK), NewKey("Sam", Role.ASK))


@pytest.fixture
def client(service: Service, keys: list[dict[str, str]]) -> Iterator[TestClient]:
    del keys
    with TestClient(create_application(service, WebOptions(8_192))) as client:
        yield client


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_nothing_is_told_without_a_key(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path, content=b"{")
    assert_problem(response, 401, "not-authenticated")
    assert response.headers["www-authenticate"] == "Bearer"


def test_every_path_of_the_api_is_in_the_list_of_closed_or_open_ones(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    asked = {path.replace("/x", "/{}") for _, path in CLOSED} | set(OPEN)
    for path in paths:
        plain = path.replace("{document_id}", "{}").replace("{job_id}", "{}")
        assert plain.replace("{session_id}", "{}") in asked, path


@pytest.mark.parametrize("path", OPEN)
def test_supervisors_need_no_key(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_a_key_opens(client: TestClient, keys: list[dict[str, str]]) -> None:
    assert client.post("/ask", json=QUESTION, headers=keys[0]).status_code == 200


def test_a_session_belongs_to_the_key_that_made_it(
    client: TestClient, keys: list[dict[str, str]]
) -> None:
    mine, theirs = keys
    session = client.post("/ask", json=QUESTION, headers=mine).json()["session_id"]
    path = f"/sessions/{session}"
    for method, place in [
        ("GET", path),
        ("PATCH", path),
        ("DELETE", path),
        ("GET", f"{path}/export"),
    ]:
        body = {"title": "내 것"} if method == "PATCH" else None
        response = client.request(method, place, json=body, headers=theirs)
        assert_problem(response, 404, "session-not-found")
    followed = client.post("/ask", json={**QUESTION, "session_id": session}, headers=theirs)
    assert_problem(followed, 404, "session-not-found")
    assert client.get("/sessions", headers=theirs).json()["total"] == 0
    assert client.delete("/sessions", headers=theirs).json() == {"deleted": 0}
    assert client.get(path, headers=mine).json()["turns"][0]["question"] == QUESTION["question"]


def test_the_openapi_document_tells_which_paths_take_a_key(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    schemes = document["components"]["securitySchemes"]
    assert {scheme["scheme"] for scheme in schemes.values()} == {"bearer"}
    for path, methods in document["paths"].items():
        for method in methods.values():
            assert bool(method.get("security")) is (path not in OPEN), path


def test_every_response_tells_browsers_to_guess_run_and_keep_nothing(client: TestClient) -> None:
    for response in (client.get("/health"), client.get("/documents"), client.get("/nothing")):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-security-policy"].startswith("default-src 'none'")
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("evil.example", 403),
        ("evil.example:8000", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.", 403),
        ("", 403),
    ],
)
def test_a_service_for_this_machine_answers_to_its_own_names(host: str, status: int) -> None:
    own = WebOptions(8_192, hosts=frozenset({"localhost", "127.0.0.1", "::1"}))
    with TestClient(create_application(make_service(), own)) as client:
        assert client.get("/documents", headers={"host": host}).status_code == status


def test_pages_of_other_sites_may_not_read_unless_they_are_named() -> None:
    page = {"origin": "https://team.example"}
    with TestClient(create_application(make_service(), WebOptions(8_192))) as client:
        assert "access-control-allow-origin" not in client.get("/documents", headers=page).headers
        assert_problem(client.post("/ask", json=QUESTION, headers=page), 403, "foreign-origin")
    named = WebOptions(8_192, origins=frozenset({"https://team.example"}))
    with TestClient(create_application(make_service(), named)) as client:
        asked = client.post("/ask", json=QUESTION, headers=page)
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == "https://team.example"
        other = {"origin": "https://evil.example"}
        assert_problem(client.post("/ask", json=QUESTION, headers=other), 403, "foreign-origin")
