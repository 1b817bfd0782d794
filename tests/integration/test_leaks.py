"""Four keys, three groups, every request: nothing of a group is told to a key outside it."""

import asyncio
from collections.abc import Iterator, Mapping

import pytest
from fastapi.testclient import TestClient

from app.access.caller import Role
from app.access.key_store import NewKey
from app.api.application import WebOptions, create_application
from app.bootstrap import ServiceSettings, build_service
from app.llm.settings import LanguageModelSettings
from app.memory.settings import MemorySettings
from app.service import Service
from app.settings import AppSettings
from index.opening import open_index
from index.settings import IndexSettings
from tests.documents import chunked
from tests.probing import Prober, Targets

SECRETS = {"hr": "붉은여우", "legal": "푸른고래", "sales": "하얀사슴"}
OPEN = "노란나비"
KEYS = {
    "hr": frozenset({"hr"}),
    "hr-legal": frozenset({"hr", "legal"}),
    "sales": frozenset({"sales"}),
    "no-group": frozenset[str](),
}
BOSS = "boss"
UNTOLD = {("GET", "/health"), ("GET", "/ready")}
ROUNDS = 2
"""In the second one everything is known that a cache could have kept of another caller."""


def sentences(word: str) -> list[str]:
    return [f"출입 카드 규정 제{n}조는 {word} 담당자가 정합니다. " for n in range(1, 6)]


def fill(settings: IndexSettings) -> None:
    """Store, for each group, a document of its own and a copy of the public one."""
    public = sentences(OPEN)
    documents = [chunked(f"규정/{OPEN}.md", public, title=f"{OPEN} 규정", tags=frozenset({OPEN}))]
    for group, word in SECRETS.items():
        own = {"title": f"{word} 규정", "tags": frozenset({word}), "groups": frozenset({group})}
        documents.append(chunked(f"규정/{word}.md", sentences(word), **own))
        documents.append(chunked(f"{word}.md", public, **own))
    with open_index(settings) as index, index.writer() as writer:
        writer.put(documents)
        writer.publish()


def made(service: Service) -> dict[str, Mapping[str, str]]:
    """Return the header of each key."""

    async def make() -> dict[str, Mapping[str, str]]:
        wished = {name: NewKey(name, Role.INGEST, groups) for name, groups in KEYS.items()}
        wished[BOSS] = NewKey(BOSS, Role.ADMIN)
        tokens = {name: (await service.access.keys.create(key))[1] for name, key in wished.items()}
        await service.conversations.close()  # it is opened again in the loop of the client
        return {name: {"Authorization": f"Bearer {t.text}"} for name, t in tokens.items()}

    return asyncio.run(make())


def targets_of(client: TestClient, boss: Mapping[str, str]) -> Targets:
    """Hand a document over for each group, ask as the boss, and return all that there is."""
    jobs, contents = [], []
    for group, word in SECRETS.items():
        contents.append("".join(sentences(word)).encode())
        sent = {"files": (f"{word}.md", contents[-1])}
        response = client.post(
            "/documents", files=sent, data={"groups": group, "tags": word}, headers=boss
        )
        jobs.append(response.json()["files"][0]["job"])
    asked = client.post("/ask", json={"question": "출입 카드 규정은?"}, headers=boss).json()
    listed = client.get("/documents", params={"limit": 100}, headers=boss).json()["documents"]
    words = [*SECRETS.values(), OPEN]
    return Targets(
        documents=[*(d["document_id"] for d in listed), *(job["document_id"] for job in jobs)],
        jobs=[job["job_id"] for job in jobs],
        sessions=[asked["session_id"]],
        sources=[*(f"규정/{word}" for word in words), *SECRETS.values(), "uploads/"],
        tags=words,
        contents=contents,
    )


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("leaks")
    index = IndexSettings(data_dir=folder / "data", embedder="hashing")
    fill(index)
    app = AppSettings(reader="none", confidence_threshold=0, requests_a_minute=0)
    return build_service(ServiceSettings(app, index, LanguageModelSettings(), MemorySettings()))


@pytest.fixture(scope="module")
def told(service: Service) -> Iterator[dict[str, dict[tuple[str, str], list[str]]]]:
    """What each key was told, by operation, when all had asked for everything."""
    keys = made(service)
    with TestClient(create_application(service, WebOptions())) as client:
        targets = targets_of(client, keys[BOSS])
        probers = {name: Prober(client, keys[name]) for name in KEYS}
        for _ in range(ROUNDS):
            for prober in probers.values():
                prober.everything(targets)
        yield {name: prober.told for name, prober in probers.items()}


@pytest.mark.parametrize("group", SECRETS)
@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_told_of_its_own_groups_and_of_no_other(
    told: dict[str, dict[tuple[str, str], list[str]]], key: str, group: str
) -> None:
    word = SECRETS[group]
    tellers = {
        operation for operation, texts in told[key].items() if any(word in text for text in texts)
    }
    if group not in KEYS[key]:
        assert tellers == set()
        return
    assert tellers >= {
        ("POST", "/search"),
        ("POST", "/ask"),
        ("POST", "/mcp"),
        ("GET", "/documents"),
        ("GET", "/documents/{document_id}"),
        ("GET", "/documents/{document_id}/text"),
    }


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_told_something_wherever_questions_are_answered(
    told: dict[str, dict[tuple[str, str], list[str]]], key: str
) -> None:
    words = [OPEN, *(SECRETS[group] for group in KEYS[key])]
    assert any(OPEN in text for text in told[key]["POST", "/search"])
    for path in ("/search", "/ask", "/v1/chat/completions", "/mcp"):
        assert any(word in text for word in words for text in told[key]["POST", path]), path


@pytest.mark.parametrize("key", KEYS)
def test_every_operation_was_tried(
    service: Service, told: dict[str, dict[tuple[str, str], list[str]]], key: str
) -> None:
    paths = create_application(service, WebOptions()).openapi()["paths"]
    known = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert known - UNTOLD - set(told[key]) == set()


@pytest.mark.parametrize("key", KEYS)
def test_what_a_key_may_not_know_of_is_refused_like_what_does_not_exist(
    told: dict[str, dict[tuple[str, str], list[str]]], key: str
) -> None:
    for operation in [
        ("GET", "/jobs/{job_id}"),
        ("GET", "/jobs/{job_id}/events"),
        ("GET", "/sessions/{session_id}"),
        ("GET", "/sessions/{session_id}/export"),
        ("PATCH", "/sessions/{session_id}"),
        ("DELETE", "/sessions/{session_id}"),
    ]:
        assert all(text.startswith("404 ") for text in told[key][operation]), operation
    for path in ("/admin/stats", "/admin/feedback", "/admin/feedback/questions", "/metrics"):
        assert all(text.startswith("403 ") for text in told[key]["GET", path]), path
