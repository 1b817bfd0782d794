"""Carries over what a follow-up leaves out, without a language model, in Korean and English."""

from collections.abc import Callable, Sequence

from app.concurrency import Workers
from app.rewriters.base import Exchange, Parts, Rewriter
from app.rewriters.dependence import leans_on_history
from app.rewriters.topics import Topics
from app.rewriters.words import WordReader
from index.analyzer import Analyzer

EXCHANGES = 8
"""How far back topics are looked for."""


class TermsRewriter(Rewriter):
    """Adds the topic of the conversation to a question that does not name it."""

    name = "terms"

    def __init__(self, analyzer: Callable[[], Analyzer], workers: Workers) -> None:
        self._workers = workers
        self._reader = WordReader(analyzer)

    async def _rewritten(self, question: str, history: Sequence[Exchange]) -> str:
        return await self._workers.run(self._carry_over, question, history)

    def _carry_over(self, question: str, history: Sequence[Exchange]) -> str:
        """Return the question with the missing phrases behind it, or as it is."""
        topics = Topics(self._reader)
        topics.follow(history[-EXCHANGES:])
        reading = self._reader.words(question)
        if not leans_on_history(reading, topics.weights.keys()):
            return question
        missing = topics.phrases_missing_in(reading)
        return f"{question} ({', '.join(missing)})" if missing else question


def build(parts: Parts) -> TermsRewriter:
    """Return the rewriter; it takes the analyzer of the index when it first needs it."""
    return TermsRewriter(parts.analyzer, parts.workers)
