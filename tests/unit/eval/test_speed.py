"""Times of the whole application over an index in memory."""

import asyncio

import pytest

from eval.errors import QuestionSetError
from eval.speed import ASK, ENCODER, Speed, measure
from tests.unit.app.services import make_service

QUESTIONS = ["When do backups run?", "병가는 며칠인가요?"]


def test_every_step_of_every_question_is_timed() -> None:
    done: list[int] = []
    speed = asyncio.run(measure(make_service(), QUESTIONS, done.append))
    assert {ENCODER, ASK, "embed", "retrieve", "weigh", "answer", "total"} <= set(speed.times)
    assert {len(times) for times in speed.times.values()} == {2}
    assert speed.answered == 2
    assert done == [1, 1]
    pairs = zip(speed.times[ASK], speed.times["total"], strict=True)
    assert all(whole >= inside > 0 for whole, inside in pairs)


def test_refusals_are_timed_and_not_counted_as_answers() -> None:
    service = make_service(confidence_threshold=1.0)
    speed = asyncio.run(measure(service, QUESTIONS[:1], lambda _: None))
    assert speed.answered == 0
    assert len(speed.times[ASK]) == 1


def test_a_question_that_cannot_be_asked_is_named() -> None:
    with pytest.raises(QuestionSetError, match=r'"\?\?" is not answered: The question is empty'):
        asyncio.run(measure(make_service(), ["??"], lambda _: None))


def test_the_ratio_is_that_of_the_same_percentile() -> None:
    speed = Speed({ENCODER: [1.0, 2.0, 3.0], ASK: [10.0, 30.0, 90.0]}, answered=3)
    report = speed.as_json()
    assert report["questions"] == 3
    assert report["ratio_to_encoder"] == {
        "p50": 15.0,
        "p95": pytest.approx(84 / 2.9),
    }
