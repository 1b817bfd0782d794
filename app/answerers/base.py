"""The contract of an answerer: one method to write, the shared work done here once."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from app.llm.base import Sampling, Usage
from app.pipeline.enough import Evidence
from app.pipeline.judge import Judge
from app.pipeline.question import Question
from app.pipeline.widen import Section
from app.rewriters.base import Exchange

LEAST_SUPPORT = 0.5
"""With less than this a place does not carry a statement."""


@dataclass(frozen=True, slots=True)
class Material:
    """What an answer may be made of; nothing else is known.

    ``question`` stands alone; ``judge`` weighs the sections' sentences, which takes a while;
    ``history`` holds the earlier exchanges, oldest first.
    """

    question: Question
    sections: Sequence[Section]
    judge: Judge
    history: Sequence[Exchange] = ()
    sampling: Sampling = field(default_factory=Sampling)


@dataclass(frozen=True, slots=True)
class Delta:
    """The next words of an answer, with the marks of its citations."""

    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of an answer, and the place ``[start:end]`` of the document it rests on.

    ``number`` is its mark in the answer. ``section`` counts from 0 in the material's sections;
    the place lies inside that section. ``support`` says how far it carries the statement: 1 word
    for word, 0 not at all.
    """

    number: int
    text: str
    section: int
    start: int
    end: int
    support: float


@dataclass(frozen=True, slots=True)
class Span:
    """The few words that answer: the document's ``[start:end]``, inside statement ``number``."""

    number: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Account:
    """What comes after the last words: who answered, what it took, and what was found wrong.

    ``confidence`` is the probability that the documents hold the answer. ``unsupported`` are
    sentences that no source carries, ``lost_numbers`` numbers that no source holds and that were
    left out. ``fallback_reason`` says why another back end had to answer. ``span`` is there when
    the question asks for a few words and they were found.
    """

    backend: str
    confidence: float = 0.0
    evidence: Evidence | None = None
    usage: Usage = field(default_factory=Usage)
    unsupported: tuple[str, ...] = ()
    lost_numbers: tuple[str, ...] = ()
    fallback_reason: str | None = None
    span: Span | None = None


Part = Delta | Statement | Account


class Answerer(ABC):
    """Makes an answer from found sections; write ``_parts`` and leave the rest to this class."""

    name: str
    """What answers report as their back end."""

    asks_judge: bool = True
    """Whether every answer begins with the judgement; then it is made, and timed, before."""

    @abstractmethod
    def _parts(self, material: Material) -> AsyncGenerator[Part, None]:
        """Yield an answer from at least one section, an Account last; no Statement abstains."""

    async def answer(self, material: Material) -> AsyncGenerator[Part, None]:
        """Yield the answer's words and statements as they are made, and one Account at the end.

        Without a Statement that has support the material does not hold the answer, whatever the
        words say.
        """
        if not material.sections:
            yield Account(self.name)
            return
        async with aclosing(self._parts(material)) as parts:
            async for part in parts:
                yield part
