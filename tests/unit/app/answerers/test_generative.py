import asyncio
from collections.abc import Sequence

import pytest

from app.llm.base import Message
from app.llm.scripted import ScriptedModel
from app.pipeline.answer import Inquiry
from app.pipeline.events import Answer, Cited, Done, Event, Meta
from tests.unit.app.services import make_service

SICK = "병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다."


def number_of(messages: Sequence[Message], words: str) -> int:
    """Return the number of the document of a prompt that holds these words."""
    documents = messages[-1].content.split("<document ")[1:]
    return next(n for n, text in enumerate(documents, start=1) if words in text)


def answered(model: ScriptedModel, question: str, **parts: object) -> Answer:
    return events_of(model, question, **parts)[-1].answer  # type: ignore[union-attr]


def events_of(model: ScriptedModel, question: str, **parts: object) -> list[Event]:
    async def collect() -> list[Event]:
        service = make_service(model=model)
        inquiry = Inquiry(question, **parts)  # type: ignore[arg-type]
        events = [event async for event in service.pipeline.stream(inquiry)]
        await service.close()
        return events

    return asyncio.run(collect())


def test_a_cited_answer_is_checked_and_its_marks_lead_to_the_documents_words() -> None:
    model = ScriptedModel(
        lambda prompt: (
            "<thinking>어느 문서?</thinking>"
            "<answer>진단서를 내면 병가는 최대 60일까지 쓸 수 있습니다"
            f" [{number_of(prompt, '병가')}].</answer>"
        )
    )
    answer = answered(model, "병가는 며칠인가요?")
    assert answer.text == "진단서를 내면 병가는 최대 60일까지 쓸 수 있습니다 [1]."
    (citation,) = answer.citations
    assert (citation.number, citation.quote) == (1, SICK)
    assert citation.support >= 0.6
    assert not answer.abstained
    assert answer.backend == "scripted"
    assert answer.usage.completion_tokens > 5
    assert answer.unsupported == answer.lost_numbers == ()


def test_words_come_before_their_citation_and_the_end_comes_last() -> None:
    model = ScriptedModel(lambda prompt: f"병가는 60일입니다 [{number_of(prompt, '병가')}].")
    events = events_of(model, "병가는 며칠인가요?")
    assert isinstance(events[0], Meta)
    assert isinstance(events[-1], Done)
    assert sum(isinstance(event, Done) for event in events) == 1
    assert any(isinstance(event, Cited) for event in events[1:-1])


def test_an_invented_number_is_left_out_and_an_unsupported_sentence_is_named() -> None:
    model = ScriptedModel(
        lambda prompt: (
            f"병가는 최대 60일까지 쓸 수 있습니다 [{number_of(prompt, '병가')}]."
            " 급여는 70퍼센트를 받습니다."
        )
    )
    answer = answered(model, "병가는 며칠인가요?")
    assert answer.text.endswith("급여는 …퍼센트를 받습니다.")
    assert answer.lost_numbers == ("70",)
    assert answer.unsupported == ("급여는 …퍼센트를 받습니다.",)


def test_a_sentence_that_names_no_source_gets_the_one_that_carries_it() -> None:
    said = "Backups run every night at 02:30. The moon is made of cheese."
    answer = answered(ScriptedModel(lambda _: said), "When do backups run?")
    assert answer.text == "Backups run every night at 02:30. [1] The moon is made of cheese."
    (citation,) = answer.citations
    assert (citation.number, citation.quote) == (1, "Backups run every night at 02:30.")
    assert answer.unsupported == ("The moon is made of cheese.",)


@pytest.mark.parametrize(
    "said",
    [
        "대통령은 홍길동입니다 [1].",
        "대통령은 홍길동입니다.",
        "<answer>문서에서 이 질문에 대한 답을 찾지 못했습니다.</answer>",
        "",
        "<thinking>모르겠다",
    ],
)
def test_an_answer_without_a_supported_sentence_becomes_an_abstention(said: str) -> None:
    answer = answered(ScriptedModel(lambda _: said), "대통령은 누구인가요?")
    assert answer.abstained
    assert answer.text == "문서에서 이 질문에 대한 답을 찾지 못했습니다."
    assert answer.citations
    assert {citation.support for citation in answer.citations} == {0}
    assert "문서에서 이 질문에" not in " ".join(answer.unsupported)


def test_hyde_searches_near_what_the_model_imagines_and_tells_so() -> None:
    def script(messages: Sequence[Message]) -> str:
        imagined = "<documents>" not in messages[-1].content
        return "Backups run every night at 02:30." if imagined else "I do not know."

    model = ScriptedModel(script)
    plain = answered(model, "copies of data when?")
    moved = answered(model, "copies of data when?", hyde="on")
    assert plain.imagined == ()
    assert moved.imagined == ("Backups run every night at 02:30.",)
    assert "hyde" in moved.timings_ms
    assert moved.citations[0].document.source == "docs/backup.md"
