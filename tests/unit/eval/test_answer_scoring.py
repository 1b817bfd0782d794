"""Exact match and F1, against values worked out by hand from the definitions."""

import unicodedata

import pytest

from app.pipeline.question import Language
from eval.answers.scoring import contains_answer, exact_match, f1, normalised

KOREAN, ENGLISH = Language.KOREAN, Language.ENGLISH


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The  Eiffel Tower, (Paris)!", ENGLISH, "eiffel tower paris"),
        ("An a-b theatre", ENGLISH, "ab theatre"),
        ("《훈민정음》(해례본)", KOREAN, "훈민정음 해례본"),
        ("'A' the <나>  다.", KOREAN, "a the 나 다"),
        ("‘가’ 〈나〉 1,000.5", KOREAN, "가 나 10005"),
        ("「가」", KOREAN, "「가」"),
    ],
)
def test_a_text_is_compared_as_the_official_scripts_compare_it(
    text: str, language: Language, expected: str
) -> None:
    assert normalised(text, language) == expected


def test_decomposed_hangul_is_the_same_text() -> None:
    assert exact_match(unicodedata.normalize("NFD", "서울"), ["서울"], KOREAN) == 1


def test_the_best_right_answer_counts() -> None:
    golds = ["in Paris", "Paris"]
    assert exact_match("paris.", golds, ENGLISH) == 1
    assert f1("paris", golds, ENGLISH) == 1
    assert exact_match("in Rome", golds, ENGLISH) == 0
    assert f1("in Rome", golds, ENGLISH) == pytest.approx(0.5)


def test_english_f1_is_of_words_and_korean_f1_of_characters() -> None:
    assert f1("New York City", ["New York"], ENGLISH) == pytest.approx(2 * (2 / 3) / (5 / 3))
    assert f1("1598년에", ["1598년"], KOREAN) == pytest.approx(2 * 5 / 11)
    assert f1("에 1598년", ["1598년"], KOREAN) == pytest.approx(2 * 5 / 11)


def test_a_repeated_word_counts_as_often_as_both_have_it() -> None:
    assert f1("no no no", ["no"], ENGLISH) == pytest.approx(0.5)


@pytest.mark.parametrize("language", [KOREAN, ENGLISH])
def test_nothing_said_is_no_answer(language: Language) -> None:
    assert (exact_match("", ["42"], language), f1("", ["42"], language)) == (0, 0)
    assert (exact_match("?", ["!"], language), f1("?", ["!"], language)) == (1, 1)


def test_a_sentence_holds_an_answer_as_whole_words_but_korean_particles_may_follow() -> None:
    assert contains_answer("It opened in 1871, they say.", ["1871"], ENGLISH)
    assert not contains_answer("It opened in 1871.", ["71"], ENGLISH)
    assert contains_answer("전쟁은 1598년에 끝났다.", ["《1598년》"], KOREAN)
    assert not contains_answer("아무 말", ["!"], KOREAN)
