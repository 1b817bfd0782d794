import pytest

from app.rewriters.dependence import leans_on_history
from app.rewriters.words import read_words
from tests.unit.app.rewriters.conversations import analyzer


def leans(question: str, known: str = "") -> bool:
    keys = {word.key for word in read_words(known, analyzer()).words}
    return leans_on_history(read_words(question, analyzer()), keys)


@pytest.mark.parametrize(
    "question",
    [
        "광개토대왕급인가요?",
        "이지스함이라고 할 수 있나요?",
        "그것은 언제 취역했나요?",
        "이 제도는 소득과 재산을 모두 보나요?",
        "그럼 병가는요?",
        "가격은?",
        "신청은 어떻게 하나요?",
        "신청 기간은 언제까지인가요?",
        "설립연도는 언제인가요?",
        "후임자는 누구인가요?",
        "왜요?",
        "누구에게 문의하나요?",
    ],
)
def test_korean_follow_ups_lean(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "문무대왕함은 몇 톤급인가요?",
        "육아휴직은 언제부터 쓸 수 있나요?",
        "연차 휴가는 며칠인가요?",
        "VPN 접속이 안 되면 누구에게 문의하나요?",
        "이순신 장군이 이긴 해전은 무엇인가요?",
        "재택근무란 무엇인가요?",
        "그림 파일의 용량 제한은 얼마인가요?",
    ],
)
def test_korean_questions_with_a_topic_stand_alone(question: str) -> None:
    assert not leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "Is it free?",
        "How do they compare with tigers in danger to swimmers?",
        "What about the lower storage plan for teams?",
        "What are the main advantages?",
        "Why?",
        "And in the Frankfurt region with two zones?",
        "Does that happen often? I mean that.",
        "What else should beginners in greenhouse gardening buy?",
        "Are special events held there in summer evenings?",
    ],
)
def test_english_follow_ups_lean(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "Does IBM offer document databases?",
        "What causes throat cancer?",
        "Is it safe to store passwords in a browser profile?",
        "Are there discounts for annual subscriptions?",
        "What is Cloudant?",
        "What is melatonin?",
    ],
)
def test_english_questions_with_a_topic_stand_alone(question: str) -> None:
    assert not leans(question)


def test_asking_again_for_a_word_of_the_conversation_leans() -> None:
    assert not leans("What are greenhouses?")
    assert leans("What are greenhouses?", known="Who looks after the greenhouses?")
