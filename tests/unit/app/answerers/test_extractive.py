import asyncio

import pytest

from app.answerers.base import Account, Material, Statement
from app.answerers.extractive import ExtractiveAnswerer
from app.pipeline.question import read_question
from app.pipeline.sentences import split
from app.pipeline.weigh import FoundWords, WeighedSentence
from tests.unit.app.pipeline.passages import judge, section


async def statements_of(material: Material) -> list[Statement]:
    parts = [part async for part in ExtractiveAnswerer().answer(material)]
    assert isinstance(parts[-1], Account)
    return [part for part in parts if isinstance(part, Statement)]


def answer(
    *sections: str, scores: dict[str, float], terms: dict[str, set[str]] | None = None
) -> list[str]:
    """Return the statements; sentences are known by a piece of their text."""
    held = [section(text, start=1_000 * number) for number, text in enumerate(sections)]
    weighed = tuple(
        WeighedSentence(
            sentence,
            frozenset(next((v for k, v in (terms or {}).items() if k in sentence.text), set())),
            None,
            next((v for k, v in scores.items() if k in sentence.text), 0.0),
        )
        for sentence in split(held)
    )
    question = read_question("연차는 며칠인가요?", 100)
    material = Material(question, held, judge(weighed))
    statements = asyncio.run(statements_of(material))
    for item in statements:
        text = sections[item.section]
        assert text[item.start % 1_000 : item.end - item.start + item.start % 1_000] == item.text
    return [item.text for item in statements]


def test_the_best_sentence_answers_word_for_word() -> None:
    text = "회의실은 본관 삼 층에 있습니다. 연차 휴가는 일 년에 15일입니다. 주차장은 지하입니다."
    assert answer(text, scores={"연차": 0.9, "회의실": 0.2}) == ["연차 휴가는 일 년에 15일입니다."]


def test_a_close_sentence_from_another_section_is_added_when_it_covers_more() -> None:
    leave, sick = "연차 휴가는 일 년에 15일입니다.", "병가는 최대 60일까지 쓸 수 있습니다."
    scores = {"연차": 0.9, "병가": 0.8}
    assert answer(leave, sick, scores=scores, terms={"연차": {"a"}, "병가": {"b"}}) == [leave, sick]
    assert answer(leave, sick, scores=scores, terms={"연차": {"a"}, "병가": {"a"}}) == [leave]
    far = {"연차": 0.9, "병가": 0.5}
    assert answer(leave, sick, scores=far, terms={"연차": {"a"}, "병가": {"b"}}) == [leave]


def test_a_sentence_that_points_back_brings_the_one_before() -> None:
    korean = "재택근무 제도를 새로 만들었습니다. 이는 삼월부터 모든 부서에 적용됩니다."
    assert answer(korean, scores={"이는": 0.9}) == [korean]
    english = "Backups run every night. They are kept for thirty days. Ask the team."
    assert answer(english, scores={"They": 0.9}) == [english[: english.index(" Ask")]]


def test_a_word_that_merely_begins_like_a_pointer_brings_nothing() -> None:
    text = "회사는 서울에 있습니다. 이용 시간은 오전 아홉 시부터입니다."
    assert answer(text, scores={"이용": 0.9}) == ["이용 시간은 오전 아홉 시부터입니다."]
    text = "The office is in Seoul. Italian lunch is served on Fridays."
    assert answer(text, scores={"Italian": 0.9}) == ["Italian lunch is served on Fridays."]


def test_a_question_of_the_document_or_a_bare_title_brings_what_follows() -> None:
    faq = "연차는 언제 생기나요? 입사하고 한 달을 채울 때마다 하루가 생깁니다. 병가는 다릅니다."
    assert answer(faq, scores={"언제": 0.9}) == [faq[: faq.index(" 병가")]]
    titled = "연차 휴가\n\n입사하고 한 달을 채울 때마다 하루가 생깁니다."
    assert answer(titled, scores={"연차 휴가": 0.9}) == [titled]


def test_neighbours_are_taken_from_the_same_section_only() -> None:
    assert answer(
        "앞의 절은 다른 이야기를 합니다.",
        "이는 삼월부터 모든 부서에 적용됩니다.",
        scores={"이는": 0.9},
    ) == ["이는 삼월부터 모든 부서에 적용됩니다."]


def test_a_sentence_that_is_already_part_of_the_answer_is_not_repeated() -> None:
    text = "연차는 언제 생기나요? 입사하고 한 달을 채울 때마다 하루가 생깁니다."
    scores = {"언제": 0.9, "입사": 0.8}
    assert answer(text, scores=scores, terms={"언제": {"a"}, "입사": {"b"}}) == [text]


def test_no_sentence_is_no_answer() -> None:
    assert answer("---", scores={}) == []


@pytest.mark.parametrize(("score", "expected"), [(3.0, "15일"), (-20.0, None)])
def test_the_words_that_a_reader_trusts_are_given_with_their_statement(
    score: float, expected: str | None
) -> None:
    text = "회의실은 삼 층에 있습니다. 연차 휴가는 일 년에 15일입니다."
    held = [section(text, start=1_000)]
    weighed = tuple(
        WeighedSentence(one, frozenset(), None, 0.9 if "연차" in one.text else 0.1)
        for one in split(held)
    )
    start = 1_000 + text.index("15일")
    words = (FoundWords(0, start, start + 3, score),)
    material = Material(read_question("연차는 며칠?", 100), held, judge(weighed, words))
    account = asyncio.run(account_of(material))
    assert (account.span.text if account.span else None) == expected
    if account.span:
        assert (account.span.number, account.span.start) == (1, start)


def test_words_outside_of_the_answer_are_no_span() -> None:
    held = [section("회의실은 삼 층에 있습니다. 연차 휴가는 일 년에 15일입니다.")]
    weighed = tuple(
        WeighedSentence(one, frozenset(), None, 0.9 if "연차" in one.text else 0.1)
        for one in split(held)
    )
    material = Material(
        read_question("연차는 며칠?", 100), held, judge(weighed, (FoundWords(0, 5, 6, 9.0),))
    )
    assert asyncio.run(account_of(material)).span is None


async def account_of(material: Material) -> Account:
    parts = [part async for part in ExtractiveAnswerer().answer(material)]
    assert isinstance(parts[-1], Account)
    return parts[-1]
