"""Step 10: the words of a source that carry a generated sentence, and how far they do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from app.pipeline.cite import NUMBER
from app.pipeline.negation import denies
from app.pipeline.question import language_of
from app.pipeline.sentences import Sentence, split
from app.pipeline.widen import Section
from index.base import SearchIndex, Vector

LONGEST_QUOTE = 3
"""Sentences in a row that may carry one sentence together."""

WORTH_A_SENTENCE = 0.1
"""A quote grows by a sentence only for this much more support."""

UNRELATED_COSINE, SAME_COSINE = 0.78, 0.90
"""Between these the cosine of a sentence and a foreign passage counts; below, it counts nothing."""

TELLING_CHARACTERS = 500
"""So much of a section tells its language; the whole would be looked at for every sentence."""

_NAME = re.compile(r"(?<![\w.])(?:[A-Z][\w-]*[A-Z0-9][\w-]*|(?<=[\w,;:] )[A-Z][a-z]+[\w-]*)")


@dataclass(frozen=True, slots=True)
class Grounding:
    """The document's ``[start:end]`` that carries a sentence best, and how far, in [0, 1]."""

    start: int
    end: int
    support: float


@dataclass(frozen=True, slots=True)
class _Read:
    """The sentences of a section and the terms of each."""

    sentences: Sequence[Sentence]
    terms: Sequence[frozenset[str]]


@dataclass(slots=True)
class Grounds:
    """Finds grounds in the sections of one answer, and reads each section once."""

    index: SearchIndex
    _read: dict[int, _Read] = field(default_factory=dict)

    def find(self, claim: str, section: Section, vector: Vector | None = None) -> Grounding:
        """Return the best words of the section for a sentence.

        Support is the share of the sentence's terms that the quote holds; for a sentence in the
        other language, how near its ``vector`` comes to a passage of the section. It is 0 when a
        number or a name of the sentence stands nowhere in the section, or when the quote denies
        what the sentence says: near is wrong there.
        """
        passage = section.passage
        foreign = is_foreign(claim, section)
        if not holds_names(claim, passage.parent_text, foreign=foreign):
            return Grounding(passage.start, passage.end, 0.0)
        if foreign and vector is not None:
            return self._by_meaning(vector, section)
        found = self.by_terms(claim, section)
        denied = denies(quoted(found, section), claim)
        return replace(found, support=0.0) if denied else found

    def by_terms(self, claim: str, section: Section) -> Grounding:
        """Return the shortest run of sentences that holds most of a sentence's terms.

        Numbers, names and denials are not looked at.
        """
        read = self._sentences(section)
        wanted = frozenset(self.index.analyzer.terms(claim))
        if not read.sentences or not wanted:
            return Grounding(section.passage.start, section.passage.end, 0.0)
        supports = np.zeros((len(read.terms), LONGEST_QUOTE))
        for first in range(len(read.terms)):
            held: set[str] = set()
            for longer, terms in enumerate(read.terms[first : first + LONGEST_QUOTE]):
                held |= wanted & terms
                supports[first, longer] = len(held) / len(wanted)
        first, last = _best_run(supports)
        start, end = read.sentences[first].start, read.sentences[last].end
        return Grounding(start, end, float(supports[first, last - first]))

    def _by_meaning(self, vector: Vector, section: Section) -> Grounding:
        """Return the passage of the section that is nearest by the vectors that are stored."""
        passage = section.passage
        with self.index.snapshot() as snapshot:
            near = snapshot.nearest_children([passage.parent_id], vector).get(passage.parent_id)
            found = snapshot.passages([near.chunk_id]).get(near.chunk_id) if near else None
        if near is None or found is None:
            return Grounding(passage.start, passage.end, 0.0)
        support = (near.score - UNRELATED_COSINE) / (SAME_COSINE - UNRELATED_COSINE)
        start = found.start + len(found.text) - len(found.text.lstrip())
        end = start + len(found.text.strip())
        return Grounding(start, end, min(max(support, 0.0), 1.0))

    def _sentences(self, section: Section) -> _Read:
        parent = section.passage.parent_id
        if parent not in self._read:
            sentences = split([section])
            terms = self.index.analyzer.terms_of([sentence.text for sentence in sentences])
            self._read[parent] = _Read(sentences, [frozenset(some) for some in terms])
        return self._read[parent]


def quoted(found: Grounding, section: Section) -> str:
    """Return the words of a grounding."""
    offset = section.passage.parent_start
    return section.passage.parent_text[found.start - offset : found.end - offset]


def is_foreign(claim: str, section: Section) -> bool:
    """Return whether a sentence is in another language than a section."""
    return language_of(claim) != language_of(section.passage.parent_text[:TELLING_CHARACTERS])


def _best_run(supports: NDArray[np.float64]) -> tuple[int, int]:
    """Return the first and last sentence of the best run; a longer one must be worth it."""
    price = WORTH_A_SENTENCE * np.arange(supports.shape[1])
    first, longer = divmod(int(np.argmax(supports - price)), supports.shape[1])
    return first, min(first + longer, len(supports) - 1)


def holds_names(claim: str, source: str, *, foreign: bool) -> bool:
    """Return whether the source has every number, and every name that is written alike."""
    numbers = {number.replace(",", "") for number in NUMBER.findall(claim)}
    known = {number.replace(",", "") for number in NUMBER.findall(source)}
    parts = {part for number in known for part in re.findall(r"\d+", number)}
    if not all(n in known or set(re.findall(r"\d+", n)) <= parts for n in numbers):
        return False
    names = set() if foreign else {name.casefold() for name in _NAME.findall(claim)}
    return all(name in source.casefold() for name in names)
