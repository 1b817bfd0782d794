"""A shared drive holds the same text several times: it is shown once, with where else it stands."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.api.application import WebOptions, create_application
from index.models import ChunkedDocument
from tests.documents import chunked
from tests.unit.app.services import make_service, small_index

FEES = "숙박비는 하루에 100,000원까지 지급한다. "
REST = "교통비는 영수증을 붙여 신청한다. 출장 보고서는 돌아온 다음 주에 낸다. " * 4


def rules(source: str, fees: str = FEES) -> ChunkedDocument:
    return chunked(source, [fees, REST], title="출장 규정")


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client of a service whose index holds copies and versions of one document."""
    index = small_index()
    with index.writer() as writer:
        copies = [rules(f"규정{' (사본)' * number}.hwp") for number in range(8)]
        writer.put([*copies, rules("규정_개정.hwp", FEES.replace("100,000", "120,000"))])
        writer.publish()
    with TestClient(create_application(make_service(index), WebOptions(8_192))) as client:
        yield client


def test_a_search_shows_a_text_once_and_says_where_else_it_stands(client: TestClient) -> None:
    hits = client.post("/search", json={"query": "숙박비는 하루에 얼마", "top_k": 3}).json()["hits"]
    assert len(hits) == 3
    by_text = {hit["text"]: hit for hit in hits}
    assert len(by_text) == 3
    copied = by_text[FEES]
    assert len(copied["also_in"]) == 7
    assert copied["source"] not in copied["also_in"]
    assert "규정_개정.hwp" not in copied["also_in"]
    assert by_text[FEES.replace("100,000", "120,000")]["also_in"] == []


def test_filters_hold_for_what_is_folded_too(client: TestClient) -> None:
    asked = {"query": "숙박비는 하루에 얼마", "filters": {"source": "규정 (사본).hwp"}}
    (hit,) = client.post("/search", json=asked).json()["hits"]
    assert (hit["source"], hit["also_in"]) == ("규정 (사본).hwp", [])


def test_an_answer_says_where_else_its_quote_stands(client: TestClient) -> None:
    answer = client.post(
        "/ask", json={"question": "숙박비는 하루에 100,000원까지 지급하나요?"}
    ).json()
    quoted = {each["quote"].strip(): each["also_in"] for each in answer["citations"]}
    assert len(quoted) == len(answer["citations"])
    assert len(quoted[FEES.strip()]) == 7


def test_documents_tell_what_they_are_copies_of(client: TestClient) -> None:
    listing = client.get("/documents", params={"source": "규정"}).json()["documents"]
    copies = {each["source"]: each["duplicate_of"] for each in listing}
    assert len(copies) == 9
    assert copies.pop("규정.hwp") is None
    assert copies.pop("규정_개정.hwp") is None
    assert set(copies.values()) == {"규정.hwp"}


def test_a_document_tells_which_others_say_nearly_the_same(client: TestClient) -> None:
    listing = client.get("/documents", params={"source": "규정_"}).json()["documents"]
    shown = client.get(f"/documents/{listing[0]['document_id']}").json()
    similar = shown["similar_documents"]
    assert len(similar) == 8
    assert {each["copied"] for each in similar} == {False}
    assert all(0.8 <= each["similarity"] < 1 for each in similar)
    copy = client.get(f"/documents/{similar[0]['document_id']}").json()
    assert [each["copied"] for each in copy["similar_documents"]] == [True] * 7 + [False]
