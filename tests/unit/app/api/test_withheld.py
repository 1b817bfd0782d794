"""A conversation shows no answer made from documents that its owner may no longer read."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access.caller import Role
from app.access.key_store import NewKey
from app.api.application import WebOptions, create_application
from index.memory import InMemoryIndex
from tests.unit.app.api.test_access import made
from tests.unit.app.services import make_service, small_index

QUESTION = "연차 휴가는 며칠인가요?"
OTHER = "How long are backups kept?"
HR = frozenset({"hr"})


@pytest.fixture
def index() -> InMemoryIndex:
    return small_index()


@pytest.fixture
def parts(index: InMemoryIndex) -> Iterator[tuple[TestClient, dict[str, dict[str, str]]]]:
    service = make_service(index)
    keys = [
        NewKey("hr", Role.ASK, HR),
        NewKey("sales", Role.ASK, frozenset({"sales"})),
        NewKey("boss", Role.ADMIN),
    ]
    headers = dict(zip(("hr", "sales", "boss"), made(service, *keys), strict=True))
    with TestClient(create_application(service, WebOptions(8_192))) as client:
        yield client, headers


def regroup(index: InMemoryIndex, source: str, groups: frozenset[str]) -> None:
    with index.writer() as writer:
        writer.regroup({source: groups})
        writer.publish()


def ask(client: TestClient, key: dict[str, str], question: str, **more: object) -> dict[str, Any]:
    body = {"question": question, "top_k": 1, **more}
    answer: dict[str, Any] = client.post("/ask", json=body, headers=key).json()
    return answer


def turns(client: TestClient, key: dict[str, str], session: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = client.get(f"/sessions/{session}", headers=key).json()["turns"]
    exported = client.get(f"/sessions/{session}/export", headers=key).json()["turns"]
    assert [turn["withheld"] for turn in exported] == [turn["withheld"] for turn in read]
    assert [turn["result"] is None for turn in exported] == [
        turn["result"] is None for turn in read
    ]
    return read


@pytest.mark.parametrize(("name", "withheld"), [("hr", False), ("sales", True), ("boss", False)])
def test_an_answer_is_withheld_once_its_document_is_closed_to_the_key(
    index: InMemoryIndex,
    parts: tuple[TestClient, dict[str, dict[str, str]]],
    name: str,
    withheld: bool,
) -> None:
    client, keys = parts
    session = ask(client, keys[name], QUESTION)["session_id"]
    ask(client, keys[name], OTHER, session_id=session)
    assert "15일" in str(turns(client, keys[name], session))
    regroup(index, "docs/휴가.md", HR)
    first, second = turns(client, keys[name], session)
    assert (first["withheld"], first["result"] is None) == (withheld, withheld)
    assert ("15일" in str(first)) is not withheld
    assert first["question"] == QUESTION
    assert "30 days" in second["result"]["answer"]


def test_an_answer_is_shown_again_when_its_document_is_opened_again(
    index: InMemoryIndex, parts: tuple[TestClient, dict[str, dict[str, str]]]
) -> None:
    client, keys = parts
    session = ask(client, keys["sales"], QUESTION)["session_id"]
    regroup(index, "docs/휴가.md", HR)
    assert turns(client, keys["sales"], session)[0]["withheld"]
    regroup(index, "docs/휴가.md", frozenset({"hr", "sales"}))
    assert "15일" in turns(client, keys["sales"], session)[0]["result"]["answer"]


def test_what_is_withheld_does_not_complete_a_follow_up(
    index: InMemoryIndex, parts: tuple[TestClient, dict[str, dict[str, str]]]
) -> None:
    client, keys = parts
    for name, completed in (("hr", True), ("sales", False)):
        session = ask(client, keys[name], QUESTION)["session_id"]
        regroup(index, "docs/휴가.md", HR)
        answer = ask(client, keys[name], "그건 언제까지 신청하나요?", session_id=session)
        assert ("연차" in str(answer["rewritten_question"])) is completed
        regroup(index, "docs/휴가.md", frozenset())


def test_an_answer_from_a_document_that_is_gone_is_withheld_from_keys_with_groups(
    index: InMemoryIndex, parts: tuple[TestClient, dict[str, dict[str, str]]]
) -> None:
    client, keys = parts
    sessions = {name: ask(client, keys[name], QUESTION)["session_id"] for name in ("hr", "boss")}
    with index.writer() as writer:
        writer.delete(["docs/휴가.md"])
        writer.publish()
    assert turns(client, keys["hr"], sessions["hr"])[0]["withheld"]
    assert not turns(client, keys["boss"], sessions["boss"])[0]["withheld"]
