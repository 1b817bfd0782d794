"""A session serves a chain of LangChain, in SQLite and in a real PostgreSQL."""

import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langchain_core.runnables.history import RunnableWithMessageHistory
from sqlalchemy import URL

from app.errors import InvalidQuestionError, SessionNotFoundError
from app.memory.conversations import Conversations
from app.memory.database import Database
from app.memory.langchain import SessionHistory
from app.rewriters.base import Exchange
from tests.memory_databases import DATABASES, empty_database

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    return empty_database(request.param, tmp_path)


@pytest.fixture
async def conversations(url: URL) -> AsyncIterator[Conversations]:
    made = Conversations(Database(url))
    yield made
    await made.close()


async def test_a_chain_is_given_the_session_and_adds_to_it(conversations: Conversations) -> None:
    session_id = (await conversations.create()).session_id
    seen: list[list[str]] = []

    def remember(messages: list[BaseMessage]) -> list[BaseMessage]:
        seen.append([str(message.content) for message in messages])
        return messages

    model = FakeListChatModel(responses=["15일입니다.", "아니요."])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # LangChain prefers another library of its own
        chain = RunnableWithMessageHistory(
            RunnableLambda(remember) | model, lambda name: SessionHistory(conversations, name)
        )
    config: RunnableConfig = {"configurable": {"session_id": session_id}}
    await chain.ainvoke([HumanMessage("연차는 며칠인가요? 🏖️")], config)
    await chain.ainvoke([HumanMessage("이월되나요?")], config)

    assert seen == [
        ["연차는 며칠인가요? 🏖️"],
        ["연차는 며칠인가요? 🏖️", "15일입니다.", "이월되나요?"],
    ]
    async with conversations.turn(session_id, "왜요?") as turn:
        assert turn.history == [
            Exchange("연차는 며칠인가요? 🏖️", "15일입니다."),
            Exchange("이월되나요?", "아니요."),
        ]


async def test_messages_come_back_as_they_were_added(conversations: Conversations) -> None:
    history = SessionHistory(conversations, (await conversations.create()).session_id)
    messages = [HumanMessage("하나"), AIMessage("둘"), HumanMessage("셋"), AIMessage("넷")]
    await history.aadd_messages(messages)
    assert await history.aget_messages() == messages
    await history.aclear()
    assert await history.aget_messages() == []


@pytest.mark.parametrize(
    "messages",
    [
        [HumanMessage("하나")],
        [AIMessage("하나"), HumanMessage("둘")],
        [SystemMessage("하나"), AIMessage("둘")],
    ],
)
async def test_messages_that_are_no_turns_are_refused(
    conversations: Conversations, messages: list[BaseMessage]
) -> None:
    history = SessionHistory(conversations, (await conversations.create()).session_id)
    with pytest.raises(InvalidQuestionError, match="followed by an answer"):
        await history.aadd_messages(messages)
    assert await history.aget_messages() == []


async def test_the_session_of_another_is_not_found(conversations: Conversations) -> None:
    session_id = (await conversations.create("kim")).session_id
    with pytest.raises(SessionNotFoundError):
        await SessionHistory(conversations, session_id, "lee").aget_messages()
