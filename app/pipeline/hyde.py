"""HyDE: search near a passage that a language model imagines the documents to hold.

Gao et al., "Precise Zero-Shot Dense Retrieval without Relevance Labels", 2022,
https://arxiv.org/abs/2212.10496. Words are still searched as they were typed: an imagined name or
number must not find anything.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

import numpy as np

from app.concurrency import Vector
from app.errors import LanguageModelError, OverloadedError
from app.llm.base import LanguageModel, Message, Role, Sampling
from app.pipeline.prompt import escape
from app.pipeline.question import Question
from app.prompts import read_prompt
from index.base import SearchIndex
from index.embedder.base import TextKind

logger = logging.getLogger(__name__)

LONGEST_PASSAGE_TOKENS = 160
_TEMPERATURE = 0.7
"""Several passages of temperature 0 would be the same one."""

BACKGROUND_RANK = 20
UNSURE_MARGIN = 0.032
"""With less between the first and the twentieth cosine, nothing stands out."""


def is_unsure(cosines: Sequence[float]) -> bool:
    """Return whether the nearest passages are hardly nearer than mere company; best first."""
    if len(cosines) < BACKGROUND_RANK:
        return False
    return cosines[0] - cosines[BACKGROUND_RANK - 1] < UNSURE_MARGIN


class Imagination:
    """Writes passages that might answer a question, and moves its vector towards them."""

    def __init__(
        self, model: LanguageModel, index: Callable[[], SearchIndex], passages: int = 1
    ) -> None:
        self._model = model
        self._index = index
        self._passages = passages

    async def texts(self, question: Question) -> list[str]:
        """Return the passages; none when the model fails, for a search goes on without them."""
        prompt = read_prompt("hyde", question.language, question=escape(question.text))
        messages = [Message(Role.USER, prompt)]
        tries = [
            self._model.complete(messages, self._sampling(number))
            for number in range(self._passages)
        ]
        try:
            completions = await asyncio.gather(*tries)
        except (LanguageModelError, OverloadedError) as error:
            logger.warning("searching without an imagined passage: %s", error)
            return []
        texts = [" ".join(completion.text.split()) for completion in completions]
        return [text for text in texts if text]

    def move(self, vector: Vector, texts: Sequence[str]) -> Vector:
        """Return the unit vector in the middle of the question's and the passages' vectors."""
        passages = self._index().embedder.encode(texts, TextKind.PASSAGE)
        middle = np.vstack([vector, passages]).mean(axis=0)
        moved: Vector = (middle / np.linalg.norm(middle)).astype(np.float32)
        return moved

    def _sampling(self, number: int) -> Sampling:
        several = self._passages > 1
        return Sampling(
            temperature=_TEMPERATURE if several else 0.0,
            max_tokens=LONGEST_PASSAGE_TOKENS,
            seed=number if several else None,
        )
