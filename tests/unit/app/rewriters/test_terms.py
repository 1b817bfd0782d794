import threading
from collections.abc import Iterator, Sequence

import pytest

from app.concurrency import Workers
from app.rewriters.base import Exchange
from app.rewriters.terms import TermsRewriter
from index.analyzer import Analyzer
from tests.unit.app.rewriters.conversations import GREENHOUSE, SHIP, analyzer, rewritten

pytestmark = pytest.mark.anyio


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(threads=1, waiting_limit=10)
    yield made
    made.close()


@pytest.fixture
def rewriter(workers: Workers) -> TermsRewriter:
    return TermsRewriter(analyzer, workers)


async def test_a_korean_conversation_carries_its_topic_through(rewriter: TermsRewriter) -> None:
    first = await rewritten(rewriter, SHIP[1].question, SHIP[:1])
    second = await rewritten(rewriter, "이지스함이라고 할 수 있나요?", SHIP)
    assert first == "광개토대왕급인가요? (문무대왕함)"
    assert second == "이지스함이라고 할 수 있나요? (문무대왕함)"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When does it open?", "When does it open? (greenhouse)"),
        ("What are the main rules?", "What are the main rules? (greenhouse)"),
        ("Where are company bicycles kept?", "Where are company bicycles kept?"),
        ("Which greenhouse is it?", "Which greenhouse is it?"),
    ],
)
async def test_only_what_is_missing_is_carried_over(
    rewriter: TermsRewriter, question: str, expected: str
) -> None:
    assert await rewritten(rewriter, question, GREENHOUSE) == expected


async def test_a_phrase_is_carried_over_as_a_whole(rewriter: TermsRewriter) -> None:
    history = [Exchange("Why does my garage door opener rattle?", "")]
    found = await rewritten(rewriter, "How do I replace it?", history)
    assert "garage door opener" in found


async def test_a_phrase_keeps_its_spelling_without_what_the_question_has(
    rewriter: TermsRewriter,
) -> None:
    history = [Exchange("교황 요한 23세는 언제 태어났나요?", "1881년입니다.")]
    found = await rewritten(rewriter, "누가 후임이 되었나요?", history)
    assert found == "누가 후임이 되었나요? (교황 요한 23세)"
    found = await rewritten(rewriter, "그 교황은 누구인가요?", history)
    assert found == "그 교황은 누구인가요? (요한 23세)"


async def test_a_new_topic_takes_the_place_of_the_old_one(rewriter: TermsRewriter) -> None:
    history = [
        Exchange("청년내일저축계좌는 누가 가입할 수 있나요?", "만 19세부터 34세까지입니다."),
        Exchange("한부모가족지원금은 얼마인가요?", "한부모가족지원금은 월 21만 원입니다."),
    ]
    found = await rewritten(rewriter, "신청은 어디에서 하나요?", history)
    assert found == "신청은 어디에서 하나요? (한부모가족지원금)"


async def test_the_topic_outlives_follow_ups_about_it(rewriter: TermsRewriter) -> None:
    history = [
        Exchange("Tell me about the Bronze Age collapse.", "It happened around 1200 BC."),
        Exchange("What is the evidence for it?", "Destroyed palaces."),
        Exchange("Who described it first?", "Egyptian scribes did."),
        Exchange("What were the weapons used in it?", "Swords and spears."),
    ]
    found = await rewritten(rewriter, "How did it end?", history)
    assert "Bronze Age collapse" in found


async def test_words_that_the_answer_repeats_count_more(rewriter: TermsRewriter) -> None:
    question = "Does the terrace have lamps?"
    lamps = [Exchange(question, "Lamps are there, and lamps stay on.")]
    terrace = [Exchange(question, "The terrace is dark.")]
    assert await rewritten(rewriter, "Since when?", lamps) == "Since when? (lamps, terrace)"
    assert await rewritten(rewriter, "Since when?", terrace) == "Since when? (terrace, lamps)"


async def test_what_is_carried_over_is_bounded(rewriter: TermsRewriter) -> None:
    question = " ".join(f"alpha{number} beta{number}, gamma{number}" for number in range(300))
    history = [Exchange(question, question)] * 30
    found = await rewritten(rewriter, "Is it free?", history)
    assert "Is it free? (" in found
    assert len(found) < 100


@pytest.mark.parametrize("text", ["", "?", "네", "(((", "\u1112\u1161", "漢字", "a" * 9_000])
async def test_any_history_is_read(rewriter: TermsRewriter, text: str) -> None:
    found = await rewritten(rewriter, "그건 왜 그런가요?", [Exchange(text, text)])
    assert found.startswith("그건 왜 그런가요?")
    assert len(found) <= 9_000 + 50


async def test_without_history_the_analyzer_is_not_asked(workers: Workers) -> None:
    def broken() -> Analyzer:
        raise AssertionError

    assert await rewritten(TermsRewriter(broken, workers), "왜요?", []) == "왜요?"


async def test_reading_happens_in_a_thread_and_once_a_text(workers: Workers) -> None:
    threads: list[str] = []

    class Watched(Analyzer):
        name = "watched"

        def terms(self, text: str) -> list[str]:
            threads.append(threading.current_thread().name)
            return analyzer().terms(text)

        def terms_of(self, texts: Sequence[str]) -> list[list[str]]:
            return [self.terms(text) for text in texts]

    rewriter = TermsRewriter(Watched, workers)
    await rewritten(rewriter, "When does it open?", GREENHOUSE)
    calls = len(threads)
    await rewritten(rewriter, "When does it open?", GREENHOUSE)
    assert calls > 0
    assert len(threads) == calls
    assert all(name.startswith("worker") for name in threads)
