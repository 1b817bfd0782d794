"""What is told about a language model, and how its speed is measured."""

import asyncio

import pytest

from app.llm.base import Usage
from app.llm.checking import check_language_model
from app.llm.measuring import Spell, prefix_share, throughput, time_answer
from app.llm.scripted import ScriptedModel
from app.llm.settings import LanguageModelSettings
from index.errors import UnknownNameError

TEN_WORDS = "하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열"


def lines(settings: LanguageModelSettings) -> list[str]:
    return asyncio.run(check_language_model(settings))


def test_without_a_language_model_one_line_says_so() -> None:
    assert len(lines(LanguageModelSettings())) == 1
    assert "none" in lines(LanguageModelSettings())[0]


def test_a_working_model_is_told_with_name_context_words_and_speed() -> None:
    told = "\n".join(lines(LanguageModelSettings(backend="scripted", context_tokens=2_048)))
    for part in ("scripted", "2,048 tokens", "do not hold an answer", "tokens a second"):
        assert part in told


def test_a_model_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(UnknownNameError):
        lines(LanguageModelSettings(backend="nobody"))


def test_the_speed_counts_from_the_first_word() -> None:
    assert Spell("", Usage(5, 11), 2.0, 7.0).tokens_per_second == 2.0
    assert Spell("", Usage(5, 1), 2.0, 2.0).tokens_per_second == 0.0


def test_an_answer_is_timed_as_it_comes() -> None:
    model = ScriptedModel(lambda _: TEN_WORDS, seconds_per_word=0.02)
    spell = asyncio.run(time_answer(model, "세어 보세요.", 100))
    assert spell.text == TEN_WORDS
    assert 0.02 <= spell.first_word_seconds < 0.1
    assert spell.seconds >= 0.2


def test_answers_at_a_time_are_faster_than_one_after_another() -> None:
    def speed(at_a_time: int) -> float:
        model = ScriptedModel(lambda _: TEN_WORDS, seconds_per_word=0.005)
        return asyncio.run(throughput(model, ["?"] * 4, 100, at_a_time=at_a_time))

    assert speed(4) > 2 * speed(1)


def test_a_model_without_a_memory_takes_as_long_again() -> None:
    model = ScriptedModel(lambda _: TEN_WORDS, seconds_per_word=0.05)
    assert 0.5 < asyncio.run(prefix_share(model, "규칙 ", ("하나", "둘"))) < 2
