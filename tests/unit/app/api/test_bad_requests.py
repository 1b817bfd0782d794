import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.unit.app.api.conftest import REQUEST_BYTES

JSON = {"content-type": "application/json"}


def assert_problem(response: object, status: int, name: str) -> dict[str, object]:
    """Check the shape of RFC 9457 and return the document."""
    assert response.status_code == status, response.text  # type: ignore[attr-defined]
    assert response.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    problem: dict[str, object] = response.json()  # type: ignore[attr-defined]
    assert problem["type"] == f"urn:mureum:problem:{name}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem


@pytest.mark.parametrize(("path", "field"), [("/ask", "question"), ("/search", "query")])
@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t", "???", "휴가\x00는?", "a\x1b[31mb", "\ud800", "a" * 4_001]
)
def test_a_text_that_is_no_question_is_refused(
    client: TestClient, path: str, field: str, text: str
) -> None:
    content = json.dumps({field: text})
    response = client.post(path, content=content, headers=JSON)
    assert_problem(response, 422, "invalid-question")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"question": "휴가?", "langauge": "ko"}, "body.langauge"),
        ({"question": "휴가?", "filters": {"author": "김"}}, "body.filters.author"),
        ({"question": "휴가?", "filters": {"tags": "인사"}}, "body.filters.tags"),
        ({"question": "휴가?", "top_k": 0}, "body.top_k"),
        ({"question": "휴가?", "top_k": 51}, "body.top_k"),
        ({"question": 7}, "body.question"),
        ({"question": None}, "body.question"),
        ({}, "body.question"),
        ([], "body"),
    ],
)
def test_an_unknown_field_or_impossible_value_is_named(
    client: TestClient, body: object, field: str
) -> None:
    problem = assert_problem(client.post("/ask", json=body), 422, "invalid-request")
    assert problem["errors"][0]["field"] == field  # type: ignore[index]
    assert field in str(problem["detail"])


@pytest.mark.parametrize(
    "body",
    [
        b'{"question": "a", "\\udfff": 1}',
        b'{"question": "a", "filters": {"tags": ["\\ud800"]}}',
        b'{"question": "a", "filters": {"source": "\\ud800"}}',
        b'{"question": "a", "filters": {"document_ids": ["\\ud800"]}}',
        b'{"question": "a", "session_id": "\\ud800"}',
    ],
)
def test_half_a_surrogate_pair_is_refused_wherever_it_stands(
    client: TestClient, body: bytes
) -> None:
    assert_problem(client.post("/ask", content=body, headers=JSON), 422, "invalid-request")


@pytest.mark.parametrize("body", [b"", b"{", b'{"question": }', b"NaN", b'"text"'])
def test_malformed_json_is_refused(client: TestClient, body: bytes) -> None:
    assert_problem(client.post("/ask", content=body, headers=JSON), 422, "invalid-request")


@pytest.mark.parametrize(
    "body", [b'{"question": "\xff\xfe"}', b"[" * 4_000, b'{"top_k": ' + b"9" * 5_000 + b"}"]
)
def test_bytes_that_cannot_be_parsed_at_all_are_refused(client: TestClient, body: bytes) -> None:
    assert_problem(client.post("/ask", content=body, headers=JSON), 400, "bad-request")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_body_of_another_type_is_refused(client: TestClient, media_type: str | None) -> None:
    headers = {"content-type": media_type} if media_type else {}
    response = client.post("/ask", content=b'{"question": "a"}', headers=headers)
    assert_problem(response, 415, "not-json")


def test_a_body_over_the_limit_is_refused_announced_or_not(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 1_024

    for content in (b" " * (REQUEST_BYTES + 1), pieces()):
        response = client.post("/ask", content=content, headers=JSON)
        problem = assert_problem(response, 413, response.json()["type"].rpartition(":")[2])
        assert "8,192 bytes" in str(problem["detail"])


def test_an_unknown_session_is_not_found(client: TestClient) -> None:
    response = client.post("/ask", json={"question": "휴가?", "session_id": "s-1"})
    assert_problem(response, 404, "session-not-found")


@pytest.mark.parametrize(
    "path", ["/documents/nothing", "/documents/nothing/text", "/documents/%00"]
)
def test_an_unknown_document_is_not_found(client: TestClient, path: str) -> None:
    problem = assert_problem(client.get(path), 404, "document-not-found")
    assert problem["instance"]


@pytest.mark.parametrize(
    "query",
    [
        "?limit=0",
        "?limit=201",
        "?offset=-1",
        "?author=kim",
        "?limit=ten",
        f"?offset={10**30}",
        "?tag=",
    ],
)
def test_an_impossible_listing_is_refused(client: TestClient, query: str) -> None:
    assert_problem(client.get(f"/documents{query}"), 422, "invalid-request")


@pytest.mark.parametrize(
    "query", ["?start=-1", "?end=-1", "?start=5&end=4", "?start=0&end=200001", "?page=1"]
)
def test_an_impossible_range_of_text_is_refused(client: TestClient, query: str) -> None:
    assert_problem(client.get(f"/documents/nothing/text{query}"), 422, "invalid-request")


def test_unknown_paths_and_methods_are_problems_too(client: TestClient) -> None:
    assert_problem(client.get("/nothing"), 404, "not-found")
    response = client.get("/ask")
    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "POST"
