"""What a turn is told of the turns before it, in SQLite and in a real PostgreSQL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL

from app.errors import LanguageModelUnavailableError
from app.llm.base import TOKENS_PER_MESSAGE
from app.memory.conversations import ConversationOptions, Conversations
from app.memory.database import Database
from app.memory.history import Summarise
from app.memory.records import TurnResult
from app.rewriters.base import Exchange
from tests.memory_databases import DATABASES, empty_database

pytestmark = pytest.mark.anyio
PER_EXCHANGE = 2 * TOKENS_PER_MESSAGE + 2
"""Tokens of an exchange of one word each, where a word is a token."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    return empty_database(request.param, tmp_path)


@asynccontextmanager
async def opened(
    url: URL, tokens: int, summarise: Summarise | None = None
) -> AsyncIterator[Conversations]:
    made = Conversations(
        Database(url),
        ConversationOptions(history_tokens=tokens),
        count_tokens=lambda text: len(text.split()),
        summarise=summarise,
    )
    try:
        yield made
    finally:
        await made.close()


async def talked(conversations: Conversations, *answers: str) -> str:
    session_id = (await conversations.create()).session_id
    for number, answer in enumerate(answers, start=1):
        async with conversations.turn(session_id, f"질문{number}") as turn:
            await turn.finish(TurnResult(answer))
    return session_id


async def history(conversations: Conversations, session_id: str) -> list[Exchange]:
    async with conversations.turn(session_id, "그래서요?") as turn:
        return turn.history


async def test_the_last_turns_that_fit_are_told_oldest_first(url: URL) -> None:
    async with opened(url, 2 * PER_EXCHANGE) as conversations:
        session_id = await talked(conversations, "하나", "둘", "셋")
        assert await history(conversations, session_id) == [
            Exchange("질문2", "둘"),
            Exchange("질문3", "셋"),
        ]


async def test_a_long_turn_in_between_hides_what_is_older(url: URL) -> None:
    async with opened(url, 3 * PER_EXCHANGE) as conversations:
        session_id = await talked(conversations, "하나", "둘 " * 100, "셋")
        assert await history(conversations, session_id) == [Exchange("질문3", "셋")]


async def test_the_newest_turn_is_shortened_rather_than_left_out(url: URL) -> None:
    async with opened(url, PER_EXCHANGE + 9) as conversations:
        session_id = await talked(conversations, "하나", "둘 " * 500)
        (exchange,) = await history(conversations, session_id)
        assert exchange.question == "질문2"
        assert exchange.answer.startswith("둘 둘 둘")
        assert exchange.answer.endswith("…")
        assert 4 <= len(exchange.answer.split()) <= 10


@pytest.mark.parametrize("tokens", [0, 5])
async def test_without_a_budget_nothing_is_told(url: URL, tokens: int) -> None:
    async with opened(url, tokens) as conversations:
        session_id = await talked(conversations, "하나")
        assert await history(conversations, session_id) == []


async def test_turns_without_an_answer_are_not_told(url: URL) -> None:
    async with opened(url, 1_000) as conversations:
        session_id = await talked(conversations, "하나")
        assert len(await history(conversations, session_id)) == 1
        assert await history(conversations, session_id) == [Exchange("질문1", "하나")]


class Summariser:
    """Joins the answers that it is given, and remembers how often it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[str]]] = []
        self.error: Exception | None = None

    async def __call__(self, summary: str, exchanges: Sequence[Exchange]) -> str:
        answers = [exchange.answer for exchange in exchanges]
        self.calls.append((summary, answers))
        if self.error:
            raise self.error
        return "+".join([summary, *answers]).strip("+")


BUDGET = 4 * PER_EXCHANGE
"""A quarter is the summary's; three turns fit into the rest."""


async def test_turns_that_fall_out_are_summarised_once_and_the_summary_comes_first(
    url: URL,
) -> None:
    summariser = Summariser()
    async with opened(url, BUDGET, summariser) as conversations:
        session_id = await talked(conversations, "하나", "둘", "셋", "넷", "다섯")
        told = await history(conversations, session_id)
        assert told[0] == Exchange("", "하나+둘")
        assert [exchange.answer for exchange in told[1:]] == ["셋", "넷", "다섯"]
        assert await history(conversations, session_id) == told
    assert summariser.calls == [("", ["하나"]), ("하나", ["둘"])]
    async with opened(url, BUDGET, summariser) as reopened:
        assert await history(reopened, session_id) == told
    assert len(summariser.calls) == 2


async def test_a_summary_that_is_too_long_is_shortened(url: URL) -> None:
    async def verbose(summary: str, exchanges: Sequence[Exchange]) -> str:
        del summary, exchanges
        return "요약 " * 1_000

    async with opened(url, BUDGET, verbose) as conversations:
        session_id = await talked(conversations, "하나", "둘", "셋", "넷")
        summary, *rest = await history(conversations, session_id)
        assert summary.answer.endswith("…")
        assert len(summary.answer.split()) <= 2
        assert len(rest) == 3


async def test_a_summary_that_fails_is_tried_again_with_the_next_turn(
    url: URL, caplog: pytest.LogCaptureFixture
) -> None:
    summariser = Summariser()
    summariser.error = LanguageModelUnavailableError("The model is away.")
    async with opened(url, BUDGET, summariser) as conversations:
        session_id = await talked(conversations, "하나", "둘", "셋", "넷")
        told = await history(conversations, session_id)
        assert [exchange.answer for exchange in told] == ["둘", "셋", "넷"]
        assert "The model is away." in caplog.text
        summariser.error = None
        assert (await history(conversations, session_id))[0] == Exchange("", "하나")


async def test_clearing_a_session_forgets_its_summary(url: URL) -> None:
    async with opened(url, BUDGET, Summariser()) as conversations:
        session_id = await talked(conversations, "하나", "둘", "셋", "넷")
        assert len(await history(conversations, session_id)) == 4
        await conversations.clear(session_id)
        assert await history(conversations, session_id) == []
