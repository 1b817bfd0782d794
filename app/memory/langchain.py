"""A session as LangChain's chat history, for chains that others built.

It is what ``get_session_history`` of ``RunnableWithMessageHistory`` returns, for chains that are
called by ``ainvoke``::

    chain = RunnableWithMessageHistory(
        model, lambda session_id: SessionHistory(conversations, session_id)
    )
    await chain.ainvoke("이월되나요?", {"configurable": {"session_id": session_id}})
"""

from collections.abc import Sequence

from langchain_core.chat_history import BaseChatMessageHistory
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from app.errors import InvalidQuestionError
from app.memory.conversations import Conversations
from app.memory.records import TurnResult

BACKEND = "langchain"


class SessionHistory(BaseChatMessageHistory):
    """Reads and adds the turns of one session that exists, by the asynchronous methods alone."""

    def __init__(
        self, conversations: Conversations, session_id: str, owner: str | None = None
    ) -> None:
        super().__init__()
        self._conversations = conversations
        self._session_id = session_id
        self._owner = owner

    async def aget_messages(self) -> list[BaseMessage]:
        """Return the answered turns, oldest first, each as a question and an answer."""
        transcript = await self._conversations.read(self._session_id, self._owner)
        return [
            message
            for turn in transcript.turns
            if turn.result is not None
            for message in (HumanMessage(turn.question), AIMessage(turn.result.answer))
        ]

    async def aadd_messages(self, messages: Sequence[BaseMessage]) -> None:
        """Add questions, each followed by its answer; raise InvalidQuestionError for others."""
        questions, answers = messages[::2], messages[1::2]
        if len(questions) != len(answers) or not all(
            isinstance(question, HumanMessage) and isinstance(answer, AIMessage)
            for question, answer in zip(questions, answers, strict=True)
        ):
            raise InvalidQuestionError(
                "A session takes questions (human) that are each followed by an answer (ai)."
            )
        for question, answer in zip(questions, answers, strict=True):
            await self._add(str(question.text), str(answer.text))

    async def aclear(self) -> None:
        """Delete the turns and keep the session."""
        await self._conversations.clear(self._session_id, self._owner)

    def clear(self) -> None:
        """Raise NotImplementedError: waiting for a database would block the event loop."""
        raise NotImplementedError("Use aget_messages, aadd_messages and aclear, or ainvoke.")

    async def _add(self, question: str, answer: str) -> None:
        async with self._conversations.turn(self._session_id, question, self._owner) as turn:
            await turn.finish(TurnResult(answer, backend=BACKEND))
