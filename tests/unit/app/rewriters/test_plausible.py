import pytest

from app.rewriters.base import Exchange
from app.rewriters.plausible import is_plausible, one_question, same_words
from tests.unit.app.rewriters.conversations import GREENHOUSE, SHIP


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("온실은 몇 시에 여나요?", "온실은 몇 시에 여나요?"),
        ("질문: 온실은 몇 시에 여나요?", "온실은 몇 시에 여나요?"),
        ("‘온실은 몇 시에 여나요?’\n\n설명", "온실은 몇 시에 여나요?"),
        ("Standalone question: Why?", "Why?"),
        ("", ""),
        ("\n \n", ""),
    ],
)
def test_the_first_line_without_its_wrapping_is_the_question(said: str, question: str) -> None:
    assert one_question(said) == question


def test_signs_and_capitals_make_no_difference_but_words_do() -> None:
    assert same_words("온실은 언제 여나요", "온실은 언제 여나요?")
    assert not same_words("온실은 언제 여나요?", "정원은 언제 여나요?")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("문무대왕함은 광개토대왕급 구축함인가요?", "광개토대왕급인가요?"),
        ("문무대왕함의 톤수를 알려 주세요.", "그 배의 톤수 알려 주세요"),
    ],
)
def test_a_question_about_what_the_conversation_names_is_plausible(
    text: str, question: str
) -> None:
    assert is_plausible(text, question, SHIP)


def test_a_fragment_may_become_a_question_but_not_another_topic() -> None:
    assert is_plausible("Who looks after the greenhouse in winter?", "in winter", GREENHOUSE)
    assert not is_plausible("Which submarines surrendered yesterday?", "in winter", GREENHOUSE)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Who looks after the greenhouse?", "storage of bicycles"),
        ("온실은 누가 관리하나요?", "자전거는 어디에 보관하나요?"),
    ],
)
def test_a_question_that_lost_its_own_words_is_another_question(text: str, question: str) -> None:
    history = [*GREENHOUSE, Exchange("온실은 누가 관리하나요?", "원예 모임에서 관리합니다.")]
    assert not is_plausible(text, question, history)


def test_more_sentences_than_the_question_had_are_an_answer() -> None:
    said = "The garden group opens the greenhouse. The group looks after it. Why open?"
    assert not is_plausible(said, "why open?", GREENHOUSE)
    kept = "Does the garden group look after the greenhouse in Washington D.C. too?"
    assert is_plausible(kept, "And in Washington D.C. too?", GREENHOUSE)
