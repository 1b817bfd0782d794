"""The passages of HyDE for the questions of a set, by the language model of the settings."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.llm.base import LanguageModel
from app.llm.registry import build_language_model
from app.llm.settings import LanguageModelSettings
from app.pipeline.hyde import Imagination
from app.pipeline.question import read_question
from app.settings import AppSettings
from eval.datasets import Query
from index.base import SearchIndex, Vector
from index.settings import load_settings

_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Imagined:
    """The passages of each question by its id, and what moves its vector towards them.

    A question has none where the model failed.
    """

    model: str
    passages: Mapping[str, Sequence[str]]
    move: Callable[[Vector, Sequence[str]], Vector]

    def moved(self, query: Query, vector: Vector) -> Vector:
        """Return the vector to search with."""
        texts = self.passages.get(query.id)
        return self.move(vector, texts) if texts else vector

    def as_json(self) -> dict[str, object]:
        """Return what a report says of them."""
        told = sum(1 for texts in self.passages.values() if texts)
        return {"model": self.model, "questions": told}


def imagine(
    index: SearchIndex, queries: Sequence[Query], progress: Callable[[int], None]
) -> Imagined | None:
    """Return the passages of these questions; None when the settings name no language model."""
    model = build_language_model(load_settings(LanguageModelSettings))
    if model is None:
        return None
    imagination = Imagination(model, lambda: index, load_settings(AppSettings).hyde_passages)
    passages = asyncio.run(_passages(model, imagination, queries, progress))
    return Imagined(model.name, passages, imagination.move)


async def _passages(
    model: LanguageModel,
    imagination: Imagination,
    queries: Sequence[Query],
    progress: Callable[[int], None],
) -> dict[str, Sequence[str]]:
    most = load_settings(AppSettings).question_characters
    passages: dict[str, Sequence[str]] = {}
    try:
        for start in range(0, len(queries), _AT_ONCE):
            some = queries[start : start + _AT_ONCE]
            asked = [imagination.texts(read_question(query.text, most)) for query in some]
            written = await asyncio.gather(*asked)
            passages |= {query.id: texts for query, texts in zip(some, written, strict=True)}
            progress(len(some))
    finally:
        await model.close()
    return passages
