import json

import pytest
from fastapi.testclient import TestClient

from app.api.application import WebOptions, create_application
from app.api.schemas.citations import CitationResponse
from app.llm.scripted import ScriptedModel
from tests.unit.app.services import make_service

QUESTION = {"role": "user", "content": "병가는 며칠까지 쓸 수 있나요?"}
ANSWER = "병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다. [1]"


def complete(client: TestClient, *messages: object, **body: object) -> dict[str, object]:
    response = client.post("/v1/chat/completions", json={"messages": messages, **body})
    assert response.status_code == 200
    answer: dict[str, object] = response.json()
    return answer


def test_the_service_is_the_one_model(client: TestClient) -> None:
    models = client.get("/v1/models").json()
    assert [model["id"] for model in models["data"]] == ["mureum"]


def test_an_answer_carries_readable_sources_and_citations(client: TestClient) -> None:
    answer = complete(client, QUESTION, model="mureum", presence_penalty=0)
    (choice,) = answer["choices"]
    assert choice["message"]["role"] == "assistant"
    assert choice["message"]["content"] == f"{ANSWER}\n\n출처:\n[1] docs/휴가.md, 2"
    assert choice["finish_reason"] == "stop"
    assert answer["citations"][0]["source"] == "docs/휴가.md"
    assert answer["usage"]["total_tokens"] == 0


def test_a_stream_says_the_same_and_ends_with_done(client: TestClient) -> None:
    body = {"messages": [QUESTION], "stream": True}
    text = client.post("/v1/chat/completions", json=body).text
    lines = [line.removeprefix("data: ") for line in text.split("\n\n") if line]
    assert lines[-1] == "[DONE]"
    chunks = [json.loads(line) for line in lines[:-1]]
    said = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert said == complete(client, QUESTION)["choices"][0]["message"]["content"]
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert chunks[-1]["citations"][0]["number"] == 1


def test_earlier_messages_are_the_history() -> None:
    model = ScriptedModel()
    with TestClient(create_application(make_service(model=model), WebOptions(65_536))) as client:
        complete(
            client,
            {"role": "system", "content": "Say yes."},
            QUESTION,
            {"role": "assistant", "content": "60일입니다."},
            {"role": "user", "content": [{"type": "text", "text": "진단서는요?"}]},
            temperature=0.5,
            max_tokens=9,
        )
    prompt = model.prompts[-1][-1].content
    assert "<user>병가는 며칠까지 쓸 수 있나요?</user>\n<you>60일입니다.</you>" in prompt
    assert "Say yes" not in prompt
    assert "병가" in prompt[prompt.index("<question>") :]
    assert (model.samplings[-1].temperature, model.samplings[-1].max_tokens) == (0.5, 9)


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        ([], 422),
        ([{"role": "assistant", "content": "네"}], 422),
        ([{"role": "user", "content": ""}], 422),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}], 422),
        ([{"role": "robot", "content": "?"}], 422),
    ],
)
def test_what_is_no_question_is_refused(
    client: TestClient, messages: list[object], status: int
) -> None:
    response = client.post("/v1/chat/completions", json={"messages": messages})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("stream", [False, True])
def test_what_is_absent_is_left_out_but_citations_are_whole(
    client: TestClient, *, stream: bool
) -> None:
    question = {"role": "user", "content": "When do backups run?"}
    body = {"messages": [question], "stream": stream}
    text = client.post("/v1/chat/completions", json=body).text
    last = text.split("\n\n")[-3].removeprefix("data: ") if stream else text
    answer = json.loads(last)
    assert answer["citations"][0]["page"] is None
    assert set(answer["citations"][0]) == set(CitationResponse.model_fields)
    assert set(answer["choices"][0]) == {
        "index",
        "finish_reason",
        "delta" if stream else "message",
    }
