"""Step 7: how well each sentence speaks to the question."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Plus

from app.pipeline.sentences import Sentence
from app.pipeline.widen import Section
from index.analyzer import Analyzer
from index.embedder.base import Embedder, TextKind

ENCODED_SENTENCES = 16
WORDS_WEIGHT, MEANING_WEIGHT, SECTION_WEIGHT = 0.25, 0.5, 0.25


@dataclass(frozen=True, slots=True)
class WeighedSentence:
    """A sentence, the question's terms that it holds, its cosine (None: not encoded), its score.

    Scores order the sentences of one question; without a reader they lie in [0, 1].
    """

    sentence: Sentence
    shared_terms: frozenset[str]
    cosine: float | None
    score: float


@dataclass(frozen=True, slots=True)
class FoundWords:
    """The document's ``[start:end]`` in a section that a reader takes for the answer.

    ``score`` is the reader's log-odds of these words against no answer.
    """

    section: int
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Weighing:
    """The question's terms, every sentence in reading order, and a reader's finds, best first."""

    asked_terms: frozenset[str]
    sentences: tuple[WeighedSentence, ...]
    words: tuple[FoundWords, ...] = ()


@dataclass(frozen=True, slots=True)
class Scales:
    """What weighs: the analyzer and the embedder of the index, so that all speak alike."""

    analyzer: Analyzer
    embedder: Embedder

    def weigh(
        self,
        question: str,
        vector: NDArray[np.float32],
        sections: Sequence[Section],
        sentences: Sequence[Sentence],
    ) -> Weighing:
        """Return every sentence with its score.

        Words count by BM25 among these sentences, meaning by cosine for the few that words and
        section rank best (encoding is the slow part), the section by its retrieval score.
        """
        asked = frozenset(self.analyzer.terms(question))
        if not sentences:
            return Weighing(asked, ())
        terms = self.analyzer.terms_of([sentence.text for sentence in sentences])
        places = np.array([sections[sentence.section].score for sentence in sentences])
        first = WORDS_WEIGHT * _by_words(asked, terms) + SECTION_WEIGHT * places
        cosines = self._cosines(vector, sentences, first)
        scores = first + MEANING_WEIGHT * _stretched(cosines)
        shared = [asked.intersection(found) for found in terms]
        weighed = zip(sentences, shared, _optional(cosines), scores.tolist(), strict=True)
        return Weighing(asked, tuple(WeighedSentence(*parts) for parts in weighed))

    def _cosines(
        self,
        vector: NDArray[np.float32],
        sentences: Sequence[Sentence],
        first: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return the cosines of the best sentences so far, NaN for the others."""
        chosen = np.argsort(-first, kind="stable")[:ENCODED_SENTENCES]
        texts = [sentences[number].text for number in chosen]
        cosines = np.full(len(sentences), np.nan)
        cosines[chosen] = self.embedder.encode(texts, TextKind.PASSAGE) @ vector
        return cosines


def _by_words(asked: frozenset[str], terms: list[list[str]]) -> NDArray[np.float64]:
    """Return BM25 divided by its maximum; BM25+ without its floor keeps every weight positive."""
    if not any(terms):
        return np.zeros(len(terms))
    scores = BM25Plus(terms, delta=0).get_scores(sorted(asked))
    return np.asarray(scores / max(scores.max(), np.finfo(float).tiny))


def _stretched(cosines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return cosines stretched to [0, 1] among the encoded; 0 for the others."""
    lowest, highest = np.nanmin(cosines), np.nanmax(cosines)
    if highest == lowest:
        return np.where(np.isnan(cosines), 0.0, 1.0)
    return np.nan_to_num((cosines - lowest) / (highest - lowest), nan=0.0)


def _optional(cosines: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(cosine) else float(cosine) for cosine in cosines]
