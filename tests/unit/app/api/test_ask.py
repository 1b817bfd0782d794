import pytest
from fastapi.testclient import TestClient

from app.api.application import WebOptions, create_application
from app.llm.scripted import ScriptedModel
from tests.unit.app.services import make_service

FIELDS = {
    "answer",
    "answer_span",
    "citations",
    "abstained",
    "confidence",
    "session_id",
    "rewritten_question",
    "backend",
    "fallback_reason",
    "unsupported",
    "removed_numbers",
    "timings_ms",
    "usage",
    "debug",
}


@pytest.mark.parametrize(
    ("question", "source", "expected"),
    [
        ("병가는 최대 며칠까지 쓸 수 있나요?", "docs/휴가.md", "최대 60일"),
        ("When do backups run every night?", "docs/backup.md", "02:30"),
    ],
)
def test_an_answer_cites_words_that_stand_in_the_document(
    client: TestClient, question: str, source: str, expected: str
) -> None:
    answer = client.post("/ask", json={"question": question}).json()
    assert set(answer) == FIELDS
    assert not answer["abstained"]
    first = answer["citations"][0]
    assert first["source"] == source
    assert expected in first["quote"]
    assert answer["answer"].startswith(f"{first['quote']} [1]")
    span = {"start": first["start"], "end": first["end"]}
    text = client.get(f"/documents/{first['document_id']}/text", params=span).json()
    assert text["text"] == first["quote"]
    assert first["support"] == 1


def test_a_citation_names_page_and_headings(client: TestClient) -> None:
    answer = client.post("/ask", json={"question": "병가는 며칠까지 쓸 수 있나요?"}).json()
    first = answer["citations"][0]
    assert (first["page"], first["heading"], first["title"]) == (2, "Part 2", "휴가 규정")


def test_a_foreign_answer_is_introduced_in_the_language_of_the_question(
    client: TestClient,
) -> None:
    body = {"question": "Backups 언제 run 하나요?", "filters": {"source": "docs/backup"}}
    answer = client.post("/ask", json=body).json()["answer"]
    assert answer.startswith("관련 문서가 영어로 되어 있어 원문을 그대로 옮깁니다.\nBackups run")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("대통령은 누구인가요?", "문서에서 이 질문에 대한 답을 찾지 못했습니다."),
        ("Who is the president?", "The documents do not hold an answer to this question."),
    ],
)
def test_an_abstention_says_so_in_the_language_of_the_question_and_shows_where_to_look(
    question: str, words: str
) -> None:
    service = make_service(confidence_threshold=1)
    with TestClient(create_application(service, WebOptions(8_192))) as client:
        answer = client.post("/ask", json={"question": question}).json()
    assert answer["abstained"]
    assert answer["answer"] == words
    assert {citation["support"] for citation in answer["citations"]} == {0}
    assert [citation["number"] for citation in answer["citations"]] == [1, 2, 3, 4]


def test_other_wordings_that_were_searched_for_are_shown() -> None:
    model = ScriptedModel(lambda _: "아프면 며칠 쉬나요?\n병가 기간은?")
    with TestClient(create_application(make_service(model=model), WebOptions(8_192))) as client:
        asked = {"question": "병가는 며칠인가요?", "multi_query": "on"}
        assert client.post("/ask", json=asked).json()["debug"] == {
            "hyde_passages": [],
            "queries": ["아프면 며칠 쉬나요?", "병가 기간은?"],
        }
        plain = client.post("/ask", json=asked | {"multi_query": "off"}).json()
        assert plain["debug"]["queries"] == []


@pytest.mark.parametrize("helped", [{"multi_query": "on"}, {"hyde": "on"}])
def test_what_needs_a_language_model_is_refused_without_one(
    client: TestClient, helped: dict[str, str]
) -> None:
    refused = client.post("/ask", json={"question": "병가는 며칠인가요?", **helped})
    assert refused.status_code == 422
    assert refused.json()["type"].endswith("feature-unavailable")


@pytest.mark.parametrize(
    ("filters", "sources"),
    [
        ({"source": "docs/b"}, {"docs/backup.md"}),
        ({"tags": ["인사"]}, {"docs/휴가.md"}),
        ({"document_ids": []}, set()),
        ({"tags": ["인사"], "source": "docs/b"}, set()),
    ],
)
def test_filters_decide_where_answers_come_from(
    client: TestClient, filters: dict[str, object], sources: set[str]
) -> None:
    answer = client.post("/ask", json={"question": "휴가 backups", "filters": filters}).json()
    assert {citation["source"] for citation in answer["citations"]} == sources
    assert answer["abstained"] is not bool(sources)


def test_a_document_id_restricts_to_one_document(client: TestClient) -> None:
    documents = client.get("/documents").json()["documents"]
    ids = {record["source"]: record["document_id"] for record in documents}
    filters = {"document_ids": [ids["docs/backup.md"]]}
    hits = client.post("/search", json={"query": "휴가", "filters": filters}).json()["hits"]
    assert {hit["source"] for hit in hits} == {"docs/backup.md"}


def test_a_search_explains_its_scores_and_keeps_to_top_k(client: TestClient) -> None:
    found = client.post("/search", json={"query": "backups run", "top_k": 2}).json()
    best = found["hits"][0]
    assert len(found["hits"]) == 2
    assert best["text"] == "Backups run every night at 02:30. "
    assert best["scores"]["fused"] == 1
    assert best["scores"]["lexical"] > 0
    assert best["scores"]["reranker"] is None
    assert {"embed", "retrieve", "total"} == set(found["timings_ms"])
