import unicodedata

import pytest

from app.errors import InvalidQuestionError
from app.pipeline.question import Language, asking_part, language_of, read_question


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "???", "\u200b\u200b", "。、"])
def test_a_text_without_letters_or_digits_is_no_question(text: str) -> None:
    with pytest.raises(InvalidQuestionError, match="empty"):
        read_question(text, longest=100)


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x9b"])
def test_a_control_character_is_refused_with_its_place_and_code(char: str) -> None:
    with pytest.raises(InvalidQuestionError, match=rf"Character 3 .* U\+{ord(char):04X}"):
        read_question(f"휴가{char}는?", longest=100)


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(InvalidQuestionError, match="surrogate"):
        read_question("휴가는 \ud800?", longest=100)


def test_a_question_longer_than_allowed_is_refused_with_both_lengths() -> None:
    with pytest.raises(InvalidQuestionError, match="5,000 characters; at most 4,000"):
        read_question("가" * 5_000, longest=4_000)


def test_decomposed_hangul_is_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "휴가는 며칠인가요?")
    assert read_question(decomposed, longest=100).text == "휴가는 며칠인가요?"


def test_white_space_and_invisible_characters_leave_one_clean_line() -> None:
    assert read_question("  연차\u200b는\n\n 며칠? \ufeff", longest=100).text == "연차는 며칠?"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("연차는 며칠인가요?", Language.KOREAN),
        ("Kubernetes 설치 방법은?", Language.KOREAN),
        ("FAISS IndexIVFFlat nprobe 기본값은?", Language.KOREAN),
        ("How many days of leave do I get?", Language.ENGLISH),
        ("What does the word 물음 mean?", Language.ENGLISH),
        ("2026?", Language.ENGLISH),
        ("ㅇㅇ", Language.KOREAN),
    ],
)
def test_the_language_is_told_by_the_script(text: str, language: Language) -> None:
    assert language_of(text) is language


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("신입이라 여쭙니다. 병가는 며칠까지인가요? 고맙습니다.", "병가는 며칠까지인가요?"),
        ("I work part time. How many days off do I get?", "How many days off do I get?"),
        ("A question on travel: who signs the claim?", "who signs the claim?"),
    ],
)
def test_the_sentence_that_asks_is_found_among_others(text: str, part: str) -> None:
    assert asking_part(text) == part


@pytest.mark.parametrize(
    "text",
    [
        "병가는 며칠까지 쓸 수 있나요?",
        "Is it open today? When does it close?",
        "What does E16 mean: a leak?",
        "restore a backup",
    ],
)
def test_a_text_that_is_one_question_or_several_has_no_such_part(text: str) -> None:
    assert asking_part(text) is None
