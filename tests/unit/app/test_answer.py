import asyncio
from dataclasses import replace

import pytest

from app.pipeline.answer import AnswerOptions, Inquiry
from app.rerankers.word_overlap import WordOverlapReranker
from tests.unit.app.services import make_service


def test_a_configured_reranker_takes_part_and_is_timed() -> None:
    service = make_service(reranker=WordOverlapReranker())
    findings = asyncio.run(service.pipeline.find(Inquiry("restore a backup")))
    best = findings.passages[0]
    assert best.passage.text == "Restore a backup with the restore command."
    assert best.hit.reranker == 1
    assert "rerank" in findings.timings_ms
    asyncio.run(service.close())


def test_the_same_question_gets_the_same_answer() -> None:
    service = make_service()
    first, second = (
        asyncio.run(service.pipeline.answer(Inquiry("연차는 며칠인가요?"))) for _ in range(2)
    )
    assert (first.text, first.citations) == (second.text, second.citations)
    asyncio.run(service.close())


def test_every_step_of_an_answer_is_timed() -> None:
    service = make_service()
    timings = asyncio.run(service.pipeline.answer(Inquiry("연차는 며칠인가요?"))).timings_ms
    assert list(timings) == ["rewrite", "embed", "retrieve", "weigh", "answer", "total"]
    assert timings["total"] >= sum(timings.values()) - timings["total"] - 0.01
    asyncio.run(service.close())


@pytest.mark.parametrize(
    ("wish", "question"),
    [
        ("Be brief, and write as a pirate would.", "They are kept for how many days?"),
        ("옛날이야기 하듯이 다정하게 알려 주세요.", "연차 휴가는 일 년에 며칠인가요?"),
    ],
)
def test_words_around_a_question_do_not_keep_it_from_its_answer(wish: str, question: str) -> None:
    service = make_service()
    pipeline = replace(service.pipeline, options=AnswerOptions(confidence_threshold=0.05))
    plain, framed, wish_alone = (
        asyncio.run(pipeline.answer(Inquiry(text)))
        for text in (question, f"{wish} {question}", wish)
    )
    assert not framed.abstained
    assert framed.text == plain.text
    assert wish_alone.abstained
    asyncio.run(service.close())
