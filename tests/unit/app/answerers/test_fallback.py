import asyncio
from collections.abc import AsyncGenerator

import pytest

from app.answerers.base import Account, Answerer, Delta, Material, Part
from app.answerers.fallback import FallbackAnswerer
from app.errors import LanguageModelError, LanguageModelRefusedError, LanguageModelUnavailableError
from app.pipeline.question import read_question
from app.pipeline.sentences import split
from app.pipeline.weigh import WeighedSentence
from tests.unit.app.pipeline.passages import judge, section


class Saying(Answerer):
    """Says some words, then ends as told."""

    def __init__(self, name: str, words: list[str], error: Exception | None = None) -> None:
        self.name = name
        self._words = words
        self._error = error

    async def _parts(self, material: Material) -> AsyncGenerator[Part, None]:
        del material
        for word in self._words:
            yield Delta(word)
        if self._error:
            raise self._error
        yield Account(self.name)


SECOND = Saying("extractive", ["15일"])
DOWN = LanguageModelUnavailableError("The server is down.")


def parts_of(first: Answerer) -> list[Part]:
    held = [section("연차는 15일입니다.")]
    weighed = tuple(WeighedSentence(one, frozenset(), None, 1.0) for one in split(held))
    material = Material(read_question("연차는?", 99), held, judge(weighed))

    async def collect() -> list[Part]:
        return [part async for part in FallbackAnswerer(first, SECOND).answer(material)]

    return asyncio.run(collect())


def test_the_second_answers_and_says_why_when_the_first_is_down() -> None:
    parts = parts_of(Saying("model", [], DOWN))
    assert parts == [Delta("15일"), Account("extractive", fallback_reason="The server is down.")]


def test_the_first_answers_alone_while_it_can() -> None:
    assert parts_of(Saying("model", ["열다섯"])) == [Delta("열다섯"), Account("model")]


@pytest.mark.parametrize(
    "first",
    [Saying("model", ["열"], DOWN), Saying("model", [], LanguageModelRefusedError("wrong key"))],
    ids=["words were shown", "a wrong key is the operator's to see"],
)
def test_some_failures_are_not_covered_up(first: Answerer) -> None:
    with pytest.raises(LanguageModelError):
        parts_of(first)
