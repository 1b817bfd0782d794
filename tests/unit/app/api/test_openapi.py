"""What the OpenAPI document says can be followed."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_every_reference_of_the_document_leads_somewhere(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    found = set(references(document))
    assert "#/components/schemas/Problem" in found
    for reference in found:
        place = document
        for name in reference.removeprefix("#/").split("/"):
            assert name in place, reference
            place = place[name]


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PATCH", "QUERY"])
def test_a_method_that_a_path_does_not_know_is_told_all_that_it_knows(
    client: TestClient, method: str
) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path, known in paths.items():
        if method.lower() not in known:
            refused = client.request(method, path)
            assert refused.status_code == 405, path
            allowed = set(refused.headers["allow"].split(", "))
            assert allowed == {each.upper() for each in known}, path
