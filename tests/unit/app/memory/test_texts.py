import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidQuestionError
from app.memory.history import estimate_tokens
from app.memory.texts import MOST_TITLE_CHARACTERS, check_question, storable, title_of

ANY_TEXT = st.text(alphabet=st.characters())


def test_a_short_question_is_its_own_title() -> None:
    assert title_of("  연차 휴가는\n며칠인가요? ") == "연차 휴가는 며칠인가요?"


def test_a_long_question_is_cut_between_words() -> None:
    title = title_of("연차 휴가를 " * 20)
    assert len(title) <= MOST_TITLE_CHARACTERS
    assert title.removesuffix("…").split()[-1] in {"연차", "휴가를"}


@given(st.text(alphabet="가나 \n😀a", max_size=300))
def test_a_title_is_one_line_of_limited_length(question: str) -> None:
    title = title_of(question)
    assert len(title) <= MOST_TITLE_CHARACTERS
    assert "\n" not in title


@given(ANY_TEXT)
def test_whatever_a_model_says_can_be_stored(text: str) -> None:
    stored = storable(text)
    assert stored.encode("utf-8").decode("utf-8") == stored
    assert "\0" not in stored
    assert storable(stored) == stored


@given(ANY_TEXT)
def test_a_question_is_refused_exactly_when_it_cannot_be_stored(text: str) -> None:
    if storable(text) == text:
        check_question(text)
    else:
        with pytest.raises(InvalidQuestionError):
            check_question(text)


def test_the_estimate_of_tokens_does_not_fall_short_of_korean_syllables() -> None:
    assert estimate_tokens("연차휴가") >= 4
    assert estimate_tokens("") == 1
