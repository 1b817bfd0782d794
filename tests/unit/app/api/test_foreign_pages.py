"""A page of another site can send forms here, but nothing that it sends changes anything."""

import pytest
from fastapi.testclient import TestClient

from tests.unit.app.api.test_bad_requests import assert_problem

FILE = {"files": ("a.md", b"a")}
FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://testserver:3000"},
    {"origin": "http://testserver.evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
]
OWN = [
    {},
    {"origin": "http://testserver"},
    {"origin": "https://TESTSERVER"},
    {"sec-fetch-site": "same-origin", "origin": "https://behind.a.proxy"},
    {"sec-fetch-site": "none"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_foreign_page_changes_nothing(client: TestClient, headers: dict[str, str]) -> None:
    requests = [
        ("POST", "/documents"),
        ("PUT", "/documents/x"),
        ("DELETE", "/documents/x"),
        ("POST", "/documents/x/retry"),
        ("POST", "/sessions"),
        ("DELETE", "/sessions"),
        ("POST", "/ask"),
    ]
    for method, path in requests:
        response = client.request(method, path, headers=headers)
        assert_problem(response, 403, "foreign-origin")
        assert response.headers["x-request-id"]
    refused = client.post("/documents", files=FILE, headers=headers)
    assert_problem(refused, 403, "foreign-origin")
    assert client.get("/jobs").json()["total"] == 0


@pytest.mark.parametrize("headers", OWN)
def test_own_pages_and_programs_are_let_in(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/documents", files=FILE, headers=headers).status_code == 202
    assert client.post("/sessions", headers=headers).status_code == 201


@pytest.mark.parametrize("headers", FOREIGN)
def test_reading_is_left_to_the_browser_which_hides_it_from_foreign_pages(
    client: TestClient, headers: dict[str, str]
) -> None:
    response = client.get("/documents", headers=headers)
    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers
