"""Step 10: the words of a source that carry a generated sentence, and how far they do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.pipeline.cite import NUMBER
from app.pipeline.question import language_of
from app.pipeline.sentences import Sentence, split
from app.pipeline.widen import Section
from index.analyzer import Analyzer
from index.embedder.base import Embedder, TextKind

LONGEST_QUOTE = 3
"""Sentences in a row that may carry one sentence together."""

WORTH_A_SENTENCE = 0.1
"""A quote grows by a sentence only for this much more support."""

UNRELATED_COSINE, SAME_COSINE = 0.78, 0.92
"""Between these the cosine of a sentence and its translation counts; below it counts nothing."""

_NAME = re.compile(r"(?<![\w.])(?:[A-Z][\w-]*[A-Z0-9][\w-]*|(?<=[\w,;:] )[A-Z][a-z]+[\w-]*)")


@dataclass(frozen=True, slots=True)
class Grounding:
    """The document's ``[start:end]`` that carries a sentence best, and how far, in [0, 1]."""

    start: int
    end: int
    support: float


@dataclass(frozen=True, slots=True)
class Grounds:
    """Finds grounds by the index's own analyzer and embedder."""

    analyzer: Analyzer
    embedder: Embedder

    def find(self, claim: str, section: Section) -> Grounding:
        """Return the best words of the section for a sentence.

        Support is the share of the sentence's terms that the quote holds; for a sentence in the
        other language, how near the quote comes in meaning. It is 0 when a number or a name of
        the sentence stands nowhere in the section: near is wrong there.
        """
        sentences = split([section])
        passage = section.passage
        if not sentences:
            return Grounding(passage.start, passage.end, 0.0)
        texts = [sentence.text for sentence in sentences]
        foreign = language_of(claim) != language_of(passage.parent_text)
        supports = self._by_meaning(claim, texts) if foreign else self._by_terms(claim, texts)
        first, last = _best_run(supports)
        held = _holds_names(claim, passage.parent_text, foreign=foreign)
        support = float(supports[first, last - first]) if held else 0.0
        return Grounding(*_place(sentences, first, last), support)

    def _by_terms(self, claim: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the share of terms held by each run of sentences: [first, length - 1]."""
        wanted, *found = (set(terms) for terms in self.analyzer.terms_of([claim, *texts]))
        supports = np.zeros((len(texts), LONGEST_QUOTE))
        for first in range(len(texts)):
            held: set[str] = set()
            for length, terms in enumerate(found[first : first + LONGEST_QUOTE]):
                held |= wanted & terms
                supports[first, length] = len(held) / len(wanted) if wanted else 0.0
        return supports

    def _by_meaning(self, claim: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return how near each single sentence comes in meaning, in the same form."""
        vectors = self.embedder.encode([claim, *texts], TextKind.PASSAGE)
        cosines = vectors[1:] @ vectors[0]
        supports = np.zeros((len(texts), LONGEST_QUOTE))
        supports[:, 0] = (cosines - UNRELATED_COSINE) / (SAME_COSINE - UNRELATED_COSINE)
        return supports.clip(0, 1)


def _best_run(supports: NDArray[np.float64]) -> tuple[int, int]:
    """Return the first and last sentence of the best run; a longer one must be worth it."""
    price = WORTH_A_SENTENCE * np.arange(supports.shape[1])
    first, longer = divmod(int(np.argmax(supports - price)), supports.shape[1])
    return first, min(first + longer, len(supports) - 1)


def _place(sentences: Sequence[Sentence], first: int, last: int) -> tuple[int, int]:
    return sentences[first].start, sentences[last].end


def _holds_names(claim: str, source: str, *, foreign: bool) -> bool:
    """Return whether the source has every number, and every name that is written alike."""
    numbers = {number.replace(",", "") for number in NUMBER.findall(claim)}
    known = {number.replace(",", "") for number in NUMBER.findall(source)}
    parts = {part for number in known for part in re.findall(r"\d+", number)}
    if not all(n in known or set(re.findall(r"\d+", n)) <= parts for n in numbers):
        return False
    names = set() if foreign else {name.casefold() for name in _NAME.findall(claim)}
    return all(name in source.casefold() for name in names)
