"""The words of a text that name what it is about, as they stand in it."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from app.rewriters.light_words import LIGHT_WORDS
from index.analyzer import Analyzer, fold
from index.words import HANGUL

LONGEST_READ = 4_000
"""Characters of a text that are read."""

_REMEMBERED = 1_024
_HANGUL_RUN = re.compile(f"[{HANGUL}]+")
_RUN = re.compile(rf"[{HANGUL}]+|[^\W_{HANGUL}]+(?:[-./&'’+][^\W_{HANGUL}]+)*[+#]*")
_SENTENCE_START = re.compile(r"(?:^|[.?!:;\n*•])\s*$")
_PARTICLES = re.compile(
    r"(?:들)?(?:은|는|이|가|을|를|의|도|만|에|에서|에게|한테|께|께서|로|으로|와|과|랑|이랑|까지|부터"
    r"|보다|처럼|마다|이나|란|이란|라는|이라는)*요?"
)
_TOPIC_PARTICLES = re.compile(r"(?:들)?(?:은|는|이|가|을|를|의|도|란|이란|께서)요?")
_LONGEST_PREFIX = 2
_ENDING = re.compile(r"(?:나요|가요|까요|세요|해요|어요|아요|에요|예요|니까|니다|는지|은지|인지)$")


class Role(Enum):
    """What a word does in its sentence, as far as its writing and its particles tell."""

    TOPIC = auto()
    """An English name; a Korean topic, subject, object or owner."""
    PLAIN = auto()
    PREDICATE = auto()
    """What a Korean sentence says of its topic: 이지스함인가요, 파병되었나요."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word at ``text[start:end]`` without its particles; words of one key mean the same."""

    text: str
    start: int
    end: int
    key: str
    role: Role

    @property
    def is_korean(self) -> bool:
        """Return whether the word is written in Hangul."""
        return _is_hangul(self.text)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in NFC and those of its words that name a topic, in its order."""

    text: str
    words: tuple[Word, ...]


class WordReader:
    """Reads texts, each once; safe to share between threads.

    The analyzer is asked for when the first text is read: it may belong to an index that is not
    open yet.
    """

    def __init__(self, analyzer: Callable[[], Analyzer]) -> None:
        self._analyzer = analyzer
        self.words = lru_cache(maxsize=_REMEMBERED)(self._words)
        self._foreign_terms = lru_cache(maxsize=_REMEMBERED)(self._foreign_terms_once)

    def mentioned(self, keys: Iterable[str], text: str) -> set[str]:
        """Return which words a text has; Korean ones are looked for without an analysis."""
        terms = self._foreign_terms(text)
        return {key for key in keys if (key in text if _is_hangul(key) else key in terms)}

    def _words(self, text: str) -> Reading:
        return read_words(text[:LONGEST_READ], self._analyzer())

    def _foreign_terms_once(self, text: str) -> frozenset[str]:
        return frozenset(self._analyzer().terms(_HANGUL_RUN.sub(" ", text)))


def read_words(text: str, analyzer: Analyzer) -> Reading:
    """Return the words that the analyzer takes for content and that are not light."""
    text = unicodedata.normalize("NFC", text)
    terms = frozenset(analyzer.terms(text))
    found: list[Word] = []
    for run in _RUN.finditer(text):
        found += _korean(run, terms) if _is_hangul(run[0]) else _foreign(run, analyzer)
    return Reading(text, tuple(found))


def _foreign(run: re.Match[str], analyzer: Analyzer) -> Iterator[Word]:
    terms = analyzer.terms(run[0])
    named = _is_name(run)
    if terms and (named or LIGHT_WORDS.isdisjoint({terms[0], fold(run[0]).replace("’", "'")})):
        role = Role.TOPIC if named else Role.PLAIN
        yield Word(run[0], run.start(), run.end(), terms[0], role)


def _is_name(run: re.Match[str]) -> bool:
    """Return whether capitals or digits make it a name; any word has one at a sentence's start."""
    first, rest = run[0][0], run[0][1:]
    if rest != rest.lower():
        return True
    return first.isupper() and not _SENTENCE_START.search(run.string, 0, run.start())


def _korean(run: re.Match[str], terms: frozenset[str]) -> Iterator[Word]:
    content = _content(run[0], terms)
    if content and content not in LIGHT_WORDS and not _is_function_word(run, content):
        end = run.start() + len(content)
        yield Word(content, run.start(), end, content, _role(run, run[0][len(content) :]))


def _content(run: str, terms: frozenset[str]) -> str:
    """Return the part before particles and endings: the pairs of content are terms, theirs not.

    A prefix of a syllable or two (한부모, 재입학) may be taken for another word and is kept.
    """
    starts = (start for start in range(_LONGEST_PREFIX + 1) if _is_pair(run, start, terms))
    end = next(starts, None)
    if end is None:
        return run[0] if run[0] in terms else ""
    while _is_pair(run, end, terms):
        end += 1
    return run[: end + 1]


def _is_pair(run: str, start: int, terms: frozenset[str]) -> bool:
    return start + 2 <= len(run) and run[start : start + 2] in terms


def _is_function_word(run: re.Match[str], content: str) -> bool:
    """Return whether it is an auxiliary verb, or a particle that follows a foreign word."""
    attached = run.start() > 0 and run.string[run.start() - 1].isalnum()
    if content == run[0]:
        return bool(_ENDING.search(content)) or (attached and bool(_PARTICLES.fullmatch(content)))
    return False


def _role(run: re.Match[str], rest: str) -> Role:
    modifies = not rest and re.match(rf" [{HANGUL}]", run.string[run.end() : run.end() + 2])
    if modifies or (rest and _TOPIC_PARTICLES.fullmatch(rest)):
        return Role.TOPIC
    return Role.PLAIN if _PARTICLES.fullmatch(rest) else Role.PREDICATE


def _is_hangul(run: str) -> bool:
    return _HANGUL_RUN.match(run) is not None
