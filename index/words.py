"""Words, numbers and codes of text that is not Hangul, as search terms.

A code such as ``ABC-123`` or ``node.js`` yields itself and its parts, so that both spellings of a
question find it; ``C++`` and ``F#`` keep their signs; ``1,234`` and ``1234`` are one number;
``1592년`` yields ``1592`` and ``1592년``. A web address is one term: its parts are not what the
page says, and counting them made real questions rank worse.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock

HANGUL = "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"
HAN_KANA = (
    "々〇\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
TERM_LENGTH = 64
_WORD = rf"[^\W_{HANGUL}{HAN_KANA}]+"
_TOKEN = re.compile(
    rf"https?://(?P<address>[^\s<>()\[\]\"'{HANGUL}]+)"
    rf"|(?P<ideographs>[{HAN_KANA}]+)"
    rf"|(?P<number>(?<!\w)\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?![\d,]))"
    rf"|(?P<word>{_WORD}(?:[-_./&]{_WORD})*)"
    r"(?:(?P<signs>\+\+|#)(?![a-z0-9+#])|['’](?:s|t|re|ve|ll|d|m)(?!\w))?"
)
_PART = re.compile(r"[^\W_]+")
_DECIMAL = re.compile(r"\d+\.\d+")
_COUNTER = re.compile("[\uac00-\ud7a3]")
_STOP_WORDS = (
    "a about am an and are as at be been being but by can could did do does for from had has have"
    " he her his how i if in into is it its me my no not of on or our s she so such t than that the"
    " their then there these they this to too very was we were what when where which who whom whose"
    " why will with would you your"
)


def ngrams(text: str) -> Iterator[str]:
    """Yield the pairs of neighbouring characters, or the one character there is."""
    if len(text) == 1:
        yield text
    for start in range(len(text) - 1):
        yield text[start : start + 2]


class WordTerms:
    """Turns folded text into terms, leaving Hangul out; safe to share between threads."""

    def __init__(self) -> None:
        from snowballstemmer import stemmer

        self._stemmer = stemmer("english")
        self._stop_words = frozenset(_STOP_WORDS.split())
        self._lock = Lock()
        self._stem = lru_cache(maxsize=100_000)(self._stem_once)

    def terms(self, text: str) -> Iterator[str]:
        """Yield the terms of NFKC-normalised, case-folded text, in its order."""
        for match in _TOKEN.finditer(text):
            found = match.group(match.lastgroup or 0)
            if match["ideographs"]:
                yield from ngrams(found)
            elif match["address"]:
                yield match["address"].rstrip(".,;:!?/")[:TERM_LENGTH]
            elif match["number"]:
                yield from self._number(match["number"].replace(",", ""), text, match.end())
            else:
                yield from self._word(match["word"], match["signs"] or "", text, match.end())

    def _word(self, word: str, signs: str, text: str, end: int) -> Iterator[str]:
        if signs:
            yield (word + signs)[:TERM_LENGTH]
        elif word[-1].isdigit() and (word.isdigit() or _DECIMAL.fullmatch(word)):
            yield from self._number(word, text, end)
        elif word.isalnum():
            yield from self._plain(word)
        else:
            yield word[:TERM_LENGTH]
            for part in _PART.findall(word):
                yield from self._plain(part)

    def _number(self, number: str, text: str, end: int) -> Iterator[str]:
        yield number[:TERM_LENGTH]
        if counter := _COUNTER.match(text, end):
            yield number[:TERM_LENGTH] + counter[0]

    def _plain(self, word: str) -> Iterator[str]:
        if word not in self._stop_words:
            yield self._stem(_without_accents(word)[:TERM_LENGTH])

    def _stem_once(self, word: str) -> str:
        with self._lock:  # the stemmer keeps the word it works on in itself
            return str(self._stemmer.stemWord(word))


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFD", word)
    return "".join(part for part in parts if not unicodedata.combining(part)) or word
