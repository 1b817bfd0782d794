"""The search with what a model writes, over the small index."""

import asyncio
from collections.abc import Sequence
from threading import Event

import pytest

from app.errors import FeatureUnavailableError, LanguageModelError
from app.llm.base import LanguageModel, Message
from app.llm.scripted import ScriptedModel
from app.pipeline.question import read_question
from app.pipeline.retrieve import Found
from app.pipeline.search import Target
from app.stopwatch import Stopwatch
from index.base import Snapshot
from tests.unit.app.services import make_service

ASKED = "copies of data when?"
BACKUPS = "When do Backups run every night?"


def found(model: LanguageModel | None, clock: Stopwatch | None = None, **parts: object) -> Found:
    async def find() -> Found:
        service = make_service(model=model)
        target = Target(read_question(ASKED, 100), **parts)  # type: ignore[arg-type]
        try:
            return await service.pipeline.search.find(target, clock or Stopwatch())
        finally:
            await service.close()

    return asyncio.run(find())


def sources(result: Found) -> list[str]:
    return [each.passage.document.source for each in result.passages]


def scores(result: Found) -> dict[int, float]:
    return {each.hit.parent_id: each.hit.score for each in result.passages}


def test_other_words_bring_what_the_question_alone_ranks_low() -> None:
    clock = Stopwatch()
    model = ScriptedModel(lambda _: BACKUPS)
    plain, varied = found(model), found(model, clock, multi_query="on")
    night = next(
        each.hit.parent_id for each in plain.passages if "02:30" in each.passage.parent_text
    )
    assert varied.queries == (BACKUPS,)
    assert varied.passages[0].hit.parent_id == night
    assert scores(varied)[night] > scores(plain)[night]
    assert {"embed", "retrieve", "multi_query"} <= set(clock.read())
    assert varied.cosines == plain.cosines


def test_a_failing_model_leaves_the_plain_search() -> None:
    def fail(_: Sequence[Message]) -> str:
        raise LanguageModelError("it is down")

    plain, varied = found(None), found(ScriptedModel(fail), multi_query="on")
    assert varied.queries == ()
    assert scores(varied) == scores(plain)


def test_without_being_asked_for_the_model_is_left_alone() -> None:
    model = ScriptedModel()
    assert found(model).queries == ()
    assert model.prompts == []


def test_without_a_model_other_words_are_refused() -> None:
    with pytest.raises(FeatureUnavailableError, match="Leave multi_query out"):
        found(None, multi_query="on")


def test_variants_and_an_imagined_passage_work_together() -> None:
    def script(messages: Sequence[Message]) -> str:
        return BACKUPS if "one a line" in messages[0].content else "They are kept for 30 days."

    both = found(ScriptedModel(script), hyde="on", multi_query="on")
    assert (both.queries, both.imagined) == ((BACKUPS,), ("They are kept for 30 days.",))
    assert sources(both)[0] == "docs/backup.md"


def test_variants_are_written_while_the_question_is_searched_for() -> None:
    asked = Event()
    model = ScriptedModel(lambda _: asked.set() or BACKUPS, seconds_per_word=0.05)  # type: ignore[func-returns-value]
    seen: list[tuple[bool, int]] = []

    async def find() -> Found:
        service = make_service(model=model)
        index = service.pipeline.search.index()
        snapshot = index.snapshot

        def watched() -> Snapshot:
            seen.append((asked.wait(5), model.words_said))
            return snapshot()

        index.snapshot = watched  # type: ignore[method-assign]
        target = Target(read_question(ASKED, 100), multi_query="on")
        try:
            return await service.pipeline.search.find(target, Stopwatch())
        finally:
            await service.close()

    assert asyncio.run(find()).queries == (BACKUPS,)
    (was_asked, words_said), _ = seen
    assert was_asked
    assert words_said < len(BACKUPS.split())
