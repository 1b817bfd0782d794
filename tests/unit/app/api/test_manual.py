"""The page of the API comes whole from this machine."""

import re

import pytest
from fastapi.testclient import TestClient


def test_the_page_needs_nothing_of_another_site(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    parts = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(parts) == 3
    for part in parts:
        assert part.startswith("/docs/files/")
        assert client.get(part).status_code == 200
    assert "://" not in re.sub(r"http://testserver", "", page.text)


def test_the_page_may_run_its_own_scripts_and_no_others(client: TestClient) -> None:
    policy = client.get("/docs").headers["content-security-policy"]
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "default-src 'self'" in policy


@pytest.mark.parametrize("path", ["/docs/files/../__init__.py", "/docs/files/%2e%2e/core.py"])
def test_nothing_beside_the_page_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_other_page_of_the_framework_is_gone(client: TestClient) -> None:
    assert client.get("/redoc").status_code == 404
