"""What a watch is told of questions, whatever becomes of them."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from app.answerers.extractive import ExtractiveAnswerer
from app.answerers.fallback import FallbackAnswerer
from app.errors import LanguageModelUnavailableError
from app.llm.scripted import ScriptedModel
from app.pipeline.answer import Inquiry, Pipeline
from app.pipeline.events import Meta
from app.pipeline.watch import Asking, Outcome, Watch
from tests.unit.app.services import make_service

pytestmark = pytest.mark.anyio
QUESTION = Inquiry("병가는 최대 며칠까지 쓸 수 있나요?")


class Notes(Watch):
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.outcomes: list[Outcome] = []

    def step(self, name: str, seconds: float) -> None:
        assert seconds >= 0
        self.steps.append(name)

    def ended(self, asking: Asking) -> None:
        self.outcomes.append(asking.outcome)


def watched(pipeline: Pipeline) -> tuple[Pipeline, Notes]:
    notes = Notes()
    return replace(pipeline, watch=notes), notes


def unreachable(_: object) -> str:
    raise LanguageModelUnavailableError("It is down.")


async def test_an_answer_tells_its_steps_in_their_order() -> None:
    pipeline, notes = watched(make_service().pipeline)
    answer = await pipeline.answer(QUESTION)
    assert notes.steps == ["rewrite", "embed", "retrieve", "weigh", "answer"]
    assert set(notes.steps) == set(answer.timings_ms) - {"total"}
    assert notes.outcomes == [Outcome.ANSWERED]


async def test_a_search_tells_its_steps_and_is_no_question() -> None:
    pipeline, notes = watched(make_service().pipeline)
    await pipeline.find(QUESTION)
    assert notes.steps == ["embed", "retrieve"]
    assert notes.outcomes == []


async def test_an_abstention_is_one() -> None:
    pipeline, notes = watched(make_service(confidence_threshold=1).pipeline)
    await pipeline.answer(QUESTION)
    assert notes.outcomes == [Outcome.ABSTAINED]


async def test_an_answer_in_place_of_a_model_is_a_fallback() -> None:
    pipeline = make_service(model=ScriptedModel(unreachable)).pipeline
    fallback = FallbackAnswerer(pipeline.answerer, ExtractiveAnswerer())
    pipeline, notes = watched(replace(pipeline, answerer=fallback))
    assert (await pipeline.answer(QUESTION)).fallback_reason
    assert notes.outcomes == [Outcome.FALLBACK]


async def test_an_error_is_a_failure() -> None:
    pipeline, notes = watched(make_service(model=ScriptedModel(unreachable)).pipeline)
    with pytest.raises(LanguageModelUnavailableError):
        await pipeline.answer(QUESTION)
    assert notes.outcomes == [Outcome.FAILED]


async def test_who_leaves_interrupts() -> None:
    pipeline, notes = watched(make_service().pipeline)
    async with aclosing(pipeline.stream(QUESTION)) as events:
        assert isinstance(await anext(events), Meta)
    assert notes.outcomes == [Outcome.INTERRUPTED]


async def test_a_cancelled_question_is_interrupted_too() -> None:
    pipeline, notes = watched(make_service().pipeline)
    asking = asyncio.create_task(pipeline.answer(QUESTION))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert notes.outcomes == [Outcome.INTERRUPTED]
