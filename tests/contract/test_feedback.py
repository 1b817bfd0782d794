"""Feedback is kept in SQLite and in a real PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from app.errors import InvalidFeedbackError, SessionNotFoundError
from app.feedback.feedback import Feedback
from app.feedback.lessons import lessons
from app.feedback.records import Opinion, Rating
from app.feedback.store import FeedbackStore
from app.memory.conversations import Conversations
from app.memory.database import Database
from app.memory.records import TurnResult
from tests.memory_databases import DATABASES, empty_database

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    return empty_database(request.param, tmp_path)


@pytest.fixture
async def feedback(url: URL) -> AsyncIterator[Feedback]:
    database = Database(url)
    conversations = Conversations(database)
    yield Feedback(conversations, FeedbackStore(database))
    await conversations.close()


async def test_a_word_is_kept_replaced_and_forgotten_with_its_session(feedback: Feedback) -> None:
    conversations = feedback.conversations
    async with conversations.turn(None, "연차는 며칠인가요?", "minji") as turn:
        await turn.finish(TurnResult("15일", citations=[{"source": "docs/휴가.md"}]))
    up = Opinion(turn.session_id, Rating.UP, comment="맞아요\0")
    assert await feedback.give(up, "minji") == 1
    assert [line async for line in lessons(feedback.store)] == [
        '{"question": "연차는 며칠인가요?", "source": "docs/휴가.md"}\n'
    ]
    await feedback.give(Opinion(turn.session_id, Rating.DOWN, turn=1), "minji")
    page = await feedback.page(10, 0)
    assert [(each.rating, each.comment, each.key_id) for each in page.records] == [
        (Rating.DOWN, "", "minji")
    ]
    for owner in ("sam", None):
        with pytest.raises(SessionNotFoundError):
            await feedback.give(up, owner)
    with pytest.raises(InvalidFeedbackError):
        await feedback.give(Opinion(turn.session_id, Rating.UP, turn=2), "minji")
    await conversations.delete(turn.session_id, "minji")
    assert (await feedback.page(10, 0)).total == 0
