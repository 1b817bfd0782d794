"""From text to the terms that BM25 counts; the same analyzer serves documents and questions."""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from threading import Lock
from typing import Any, NamedTuple

from index.remembered import Remembered
from index.words import HANGUL, TERM_LENGTH, WordTerms, ngrams

_HANGUL_RUN = re.compile(f"[{HANGUL}]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_KEPT_TAGS = frozenset({"NNG", "NNP", "NNB", "NP", "NR", "VV", "VA", "XR", "MAG"})
_CONTENT_TAGS = _KEPT_TAGS | {"XPN", "XSN"}
_LIGHT_MORPHEMES = (
    "가 같 거 것 관하 그 누구 대하 더 되 등 때 따르 또 말 몇 못하 무엇 바 받 보 수 싶 알 않 어디"
    " 어떠하 어떤 어떻 언제 얼마 없 오 위하 의하 이 이르 있 저 주 줄 중 통하 하"
)

_REMEMBERED, _LONGEST_REMEMBERED = 8_000, 300
"""Sentences, some 15 MB: those of a section are looked at for every answer that it serves."""


class Analyzer(ABC):
    """Turns text into terms; write ``terms``, and ``terms_of`` where a batch is faster."""

    name: str
    """What the manifest records; two analyzers with one name give the same terms."""

    @abstractmethod
    def terms(self, text: str) -> list[str]:
        """Return the terms, with repetitions and without white space; any text is allowed."""

    def terms_of(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the terms of every text, in the order of the texts."""
        return [self.terms(text) for text in texts]


class WhitespaceAnalyzer(Analyzer):
    """Splits at white space and folds case: for tests and benchmarks."""

    name = "whitespace-1"

    def terms(self, text: str) -> list[str]:
        """Return the case-folded words."""
        return text.casefold().split()


class Morpheme(NamedTuple):
    """One morpheme as found in ``text[start:end]``; ``form`` is how a dictionary writes it."""

    form: str
    tag: str
    start: int
    end: int


class KoreanEnglishAnalyzer(Analyzer):
    """Korean by morphemes and bigrams, English by stems, Han and Kana by bigrams.

    Morphemes match exactly what was meant, bigrams forgive spacing and unknown words. Both kinds
    share one space of terms: '부산' found as a morpheme and as a bigram counts twice, which
    ranked better than keeping them apart. Bigrams stay within nouns, stems and their affixes;
    those of particles and endings tell questions from statements and nothing else.
    """

    def __init__(self) -> None:
        self.name = f"korean-english-2+kiwi-{version('kiwipiepy')}"
        self._words = WordTerms()
        self._light = frozenset(_LIGHT_MORPHEMES.split())
        self._lock = Lock()
        self._loaded: Any = None
        self._remembered: Remembered[list[str]] = Remembered(_REMEMBERED, _LONGEST_REMEMBERED)

    def terms(self, text: str) -> list[str]:
        """Return the terms of one text."""
        return self.terms_of([text])[0]

    def terms_of(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the terms of every text; several texts are analysed on all cores."""
        return [list(terms) for terms in self._remembered.of(texts, self._terms_of)]

    def _terms_of(self, texts: Sequence[str]) -> list[list[str]]:
        folded = [fold(text) for text in texts]
        korean = [text for text in folded if _HANGUL_RUN.search(text)]
        analysed = iter(self._morphemes(korean))
        return [
            list(self._words.terms(text))
            + (list(self._korean_terms(text, next(analysed))) if _HANGUL_RUN.search(text) else [])
            for text in folded
        ]

    def _morphemes(self, texts: Sequence[str]) -> Iterator[list[Morpheme]]:
        if not texts:
            return
        for tokens in self._kiwi().tokenize(texts):
            yield [
                Morpheme(token.form, token.tag.partition("-")[0], token.start, token.end)
                for token in tokens
            ]

    def _korean_terms(self, text: str, morphemes: Sequence[Morpheme]) -> Iterator[str]:
        content = bytearray(len(text))
        for form, tag, start, end in morphemes:
            if tag in _CONTENT_TAGS:
                content[start:end] = b"\x01" * (end - start)
            if tag in _KEPT_TAGS and form not in self._light:
                yield form[:TERM_LENGTH]
        for run in _HANGUL_RUN.finditer(text):
            yield from _bigrams(run[0], content[run.start() : run.end()])

    def _kiwi(self) -> Any:  # noqa: ANN401 - Kiwi ships no types
        with self._lock:
            if self._loaded is None:
                from kiwipiepy import Kiwi

                # The dictionary of many-word names takes 200 MB and changes no ranking.
                self._loaded = Kiwi(load_multi_dict=False)
            return self._loaded


def fold(text: str) -> str:
    """Return the text NFKC-normalised and case-folded, without what cannot be seen or encoded."""
    text = _INVISIBLE.sub("", _SURROGATE.sub(" ", text)).replace("\x00", " ")
    return unicodedata.normalize("NFKC", text).casefold()


def _bigrams(run: str, content: bytearray) -> Iterator[str]:
    """Yield the pairs within content, or all of them where the run has no content at all."""
    if 1 not in content:
        yield from ngrams(run)
    for start in range(len(run) - 1):
        if content[start] and content[start + 1]:
            yield run[start : start + 2]
