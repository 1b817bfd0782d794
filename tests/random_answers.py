"""An answerer that a gate must stop: it says any sentence of what was found, always sure."""

import random
from collections.abc import AsyncGenerator

from app.answerers.base import Account, Answerer, Delta, Material, Part, Statement
from app.pipeline.sentences import split


class RandomAnswerer(Answerer):
    """Answers with a sentence drawn by the seed and the question; it never abstains."""

    name = "random"
    asks_judge = False

    def __init__(self, seed: int) -> None:
        self._seed = seed

    async def _parts(self, material: Material) -> AsyncGenerator[Part, None]:
        drawn = random.Random(f"{self._seed} {material.question.text}")  # noqa: S311 - no secret
        sentence = drawn.choice(split(material.sections))
        yield Delta(f"{sentence.text} [1]")
        yield Statement(1, sentence.text, sentence.section, sentence.start, sentence.end, 1.0)
        yield Account(self.name, confidence=drawn.random())
