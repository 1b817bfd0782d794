"""The contract of an answerer: one method to write, the shared work done here once."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from app.pipeline.question import Question
from app.pipeline.weigh import Weighing
from app.pipeline.widen import Section


@dataclass(frozen=True, slots=True)
class Material:
    """What an answer may be made of; nothing else is known."""

    question: Question
    sections: Sequence[Section]
    weighing: Weighing


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of an answer, and the place ``[start:end]`` of the document it rests on.

    ``section`` counts from 0 in the material's sections; the place lies inside that section.
    """

    text: str
    section: int
    start: int
    end: int


class Answerer(ABC):
    """Makes statements from found sections; write ``_statements`` and leave the rest to this."""

    name: str
    """What answers report as their back end."""

    @abstractmethod
    async def _statements(self, material: Material) -> list[Statement]:
        """Return the answer's statements for at least one sentence, or none to abstain."""

    async def answer(self, material: Material) -> list[Statement]:
        """Return the answer's statements, or none when the material does not hold the answer."""
        if not material.weighing.sentences:
            return []
        return await self._statements(material)
