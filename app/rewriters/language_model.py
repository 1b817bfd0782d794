"""Asks a language model for a question that stands alone, and does not take its word for it."""

import logging
from collections.abc import Sequence

from app.errors import LanguageModelError, OverloadedError
from app.llm.base import TOKENS_PER_MESSAGE, LanguageModel, Message, Role, Sampling
from app.pipeline.prompt import escape
from app.pipeline.question import Question, language_of
from app.prompts import read_prompt
from app.rewriters.base import Exchange, Parts, Rewriter
from app.rewriters.plausible import is_plausible, one_question, same_words
from app.rewriters.terms import TermsRewriter
from index.errors import SettingsError

logger = logging.getLogger(__name__)

EXCHANGES = 4
"""The last ones that the model reads."""
QUESTION_CHARACTERS = 500
ANSWER_CHARACTERS = 300
LONGEST_TOKENS = 96


class LanguageModelRewriter(Rewriter):
    """One short call; when the model fails or writes nonsense, the fallback rewrites instead."""

    name = "model"

    def __init__(self, model: LanguageModel, fallback: Rewriter) -> None:
        self._model = model
        self._fallback = fallback

    async def _rewritten(self, question: str, history: Sequence[Exchange]) -> str:
        try:
            said = await self._model.complete(
                self._messages(question, history), Sampling(max_tokens=LONGEST_TOKENS)
            )
        except (LanguageModelError, OverloadedError) as error:
            logger.warning("%s rewrites a follow-up instead: %s", self._fallback.name, error)
            return await self._without_model(question, history)
        text = one_question(said.text)
        if same_words(text, question):
            return question
        if is_plausible(text, question, history):
            return text
        logger.info("%s rewrites a follow-up: the model wrote nonsense", self._fallback.name)
        return await self._without_model(question, history)

    async def _without_model(self, question: str, history: Sequence[Exchange]) -> str:
        asked = Question(question, language_of(question))
        return (await self._fallback.rewrite(asked, history)).text

    def _messages(self, question: str, history: Sequence[Exchange]) -> list[Message]:
        system = read_prompt("rewrite", language_of(question))
        asked = f"<question>{escape(question)}</question>"
        left = self._model.context_tokens - LONGEST_TOKENS - 3 * TOKENS_PER_MESSAGE
        left -= self._model.count_tokens(system + asked)
        lines = ["<conversation>", *self._conversation(history, left), "</conversation>", asked]
        return [Message(Role.SYSTEM, system), Message(Role.USER, "\n".join(lines))]

    def _conversation(self, history: Sequence[Exchange], left: int) -> list[str]:
        """Return the last exchanges that fit, oldest first."""
        kept: list[str] = []
        for exchange in reversed(history[-EXCHANGES:]):
            said = (
                f"<user>{escape(_shortened(exchange.question, QUESTION_CHARACTERS))}</user>\n"
                f"<you>{escape(_shortened(exchange.answer, ANSWER_CHARACTERS))}</you>"
            )
            left -= self._model.count_tokens(said)
            if left < 0:
                break
            kept.insert(0, said)
        return kept


def _shortened(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def build(parts: Parts) -> LanguageModelRewriter:
    """Return the rewriter with the terms as its fallback; SettingsError without a model."""
    if parts.model is None:
        raise SettingsError(
            "The rewriter model needs a language model, and none is configured: configure one, or"
            " set MUREUM_APP_REWRITER to terms."
        )
    return LanguageModelRewriter(parts.model, TermsRewriter(parts.analyzer, parts.workers))
