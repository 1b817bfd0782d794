"""Carries over what a follow-up leaves out, without a language model, in Korean and English."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from app.concurrency import Workers
from app.rewriters.base import Exchange, Parts, Rewriter
from app.rewriters.dependence import leans_on_history
from app.rewriters.topics import Topics
from app.rewriters.words import Reading, read_words
from index.analyzer import Analyzer

EXCHANGES = 8
"""How far back topics are looked for."""
LONGEST_READ = 4_000
_REMEMBERED = 1_024


class TermsRewriter(Rewriter):
    """Adds the topic of the conversation to a question that does not name it.

    ``analyzer`` is asked for the first time when a follow-up comes: it may belong to an index
    that is not open yet.
    """

    name = "terms"

    def __init__(self, analyzer: Callable[[], Analyzer], workers: Workers) -> None:
        self._analyzer = analyzer
        self._workers = workers
        self._read = lru_cache(maxsize=_REMEMBERED)(self._read_once)

    async def _rewritten(self, question: str, history: Sequence[Exchange]) -> str:
        return await self._workers.run(self._carry_over, question, history)

    def _carry_over(self, question: str, history: Sequence[Exchange]) -> str:
        """Return the question with the missing phrases behind it, or as it is."""
        topics = Topics(self._read)
        topics.follow(history[-EXCHANGES:])
        reading = self._read(question)
        if not leans_on_history(reading, topics.weights.keys()):
            return question
        missing = topics.phrases_missing_in(reading)
        return f"{question} ({', '.join(missing)})" if missing else question

    def _read_once(self, text: str) -> Reading:
        return read_words(text[:LONGEST_READ], self._analyzer())


def build(parts: Parts) -> TermsRewriter:
    """Return the rewriter; it takes the analyzer of the index when it first needs it."""
    return TermsRewriter(parts.analyzer, parts.workers)
