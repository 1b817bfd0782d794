"""The contract of a rewriter: one method to write, the shared work done here once."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.concurrency import Workers
from app.llm.base import LanguageModel
from app.pipeline.question import Question
from index.analyzer import Analyzer


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question as it was asked, and its answer; empty when there was none."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Parts:
    """What the service gives to a rewriter that is built; each takes what it needs."""

    analyzer: Callable[[], Analyzer]
    workers: Workers
    model: LanguageModel | None = None


class Rewriter(ABC):
    """Makes a follow-up stand alone; write ``_rewritten`` and leave the rest to this class."""

    name: str

    @abstractmethod
    async def _rewritten(self, question: str, history: Sequence[Exchange]) -> str:
        """Return the question with all that it needs from at least one earlier exchange."""

    async def rewrite(self, question: Question, history: Sequence[Exchange]) -> Question:
        """Return a question that stands alone, in the same language.

        ``history`` is in the order of the conversation. One that stands alone already, or has no
        history, comes back as it is.
        """
        if not history:
            return question
        text = " ".join((await self._rewritten(question.text, history)).split())
        return Question(text, question.language) if text else question
