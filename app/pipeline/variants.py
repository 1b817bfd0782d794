"""Multi-query: search for the question in other words too, and take the mean of the searches.

A mean of scores that are stretched to [0, 1] orders as their sum does: CombSUM of Fox and Shaw,
"Combination of Multiple Searches", 1994. That several wordings of one need find more than the
best of them: Belkin et al., "Combining the Evidence of Multiple Query Representations for
Information Retrieval", 1995, https://doi.org/10.1016/0306-4573(94)00057-A.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from app.errors import LanguageModelError, OverloadedError
from app.llm.base import LanguageModel, Message, Role, Sampling
from app.pipeline.fuse import Hit
from app.pipeline.prompt import escape
from app.pipeline.question import Question
from app.pipeline.reply import ReplyReader
from app.prompts import read_prompt
from app.rewriters.plausible import one_question, same_words

logger = logging.getLogger(__name__)

OWN_WEIGHT = 0.5
"""The question counts as much as all its variants together: what a model makes up is outvoted."""

LONGEST_VARIANT_TOKENS = 96
LONGER_BY_CHARACTERS = 200

_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.):])\s+")


class Variants:
    """Words a question in other ways."""

    def __init__(self, model: LanguageModel, number: int = 3) -> None:
        self._model = model
        self._number = number

    async def texts(self, question: Question) -> list[str]:
        """Return the variants; none when the model fails, for a search goes on without them."""
        values = {"question": escape(question.text), "count": str(self._number)}
        messages = [Message(Role.USER, read_prompt("variants", question.language, **values))]
        sampling = Sampling(max_tokens=self._number * LONGEST_VARIANT_TOKENS)
        try:
            completion = await self._model.complete(messages, sampling)
        except (LanguageModelError, OverloadedError) as error:
            logger.warning("searching without variants of the question: %s", error)
            return []
        return read_variants(completion.text, question.text)[: self._number]


def read_variants(said: str, question: str) -> list[str]:
    """Return the questions in what a model wrote, each once, and none that is the question."""
    reader = ReplyReader()
    lines = (reader.feed(said) + reader.close()).splitlines()
    found: list[str] = []
    for line in lines:
        text = " ".join(one_question(_LIST_MARK.sub("", line)).split())
        if _is_variant(text, question) and not any(same_words(text, one) for one in found):
            found.append(text)
    return found


def combine(own: Sequence[Hit], variants: Sequence[Sequence[Hit]]) -> list[Hit]:
    """Return every parent that any search found, by the mean of its fused scores, best first.

    ``variants`` holds one search or more. A search that did not find a parent gives it 0. What
    the legs gave is told of the first search that found it.
    """
    share = (1 - OWN_WEIGHT) / len(variants)
    found: dict[int, Hit] = {}
    scores: defaultdict[int, float] = defaultdict(float)
    for weight, hits in ((OWN_WEIGHT, own), *((share, hits) for hits in variants)):
        for hit in hits:
            found.setdefault(hit.parent_id, hit)
            scores[hit.parent_id] += weight * hit.score
    best = sorted(found, key=lambda parent: (-scores[parent], parent))
    return [replace(found[parent], score=scores[parent]) for parent in best]


def _is_variant(text: str, question: str) -> bool:
    """Return whether a line asks, and does not merely say what follows."""
    return (
        any(char.isalnum() for char in text)
        and not text.endswith((":", "："))
        and len(text) <= len(question) + LONGER_BY_CHARACTERS
        and not same_words(text, question)
    )
