"""Whether what a language model wrote is the rewritten question that it was asked for."""

import re
from collections.abc import Sequence

from app.pipeline.question import language_of
from app.rewriters.base import Exchange

LONGER_BY = 200
"""Characters that what was left out may take."""
KNOWN_SHARE = 0.6
"""Share of the words that must come from the question or the conversation."""

_LABEL = re.compile(
    r"^(?:(?:rewritten |standalone |new )?question|(?:고쳐 쓴 |바꾼 )?질문)\s*:\s*", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-z]+>")
_QUOTES = "\"'“”‘’`*「」『』 "
_WORD = re.compile(r"\w+")
_QUESTION_END = re.compile(r"[?？]\W*$")


def one_question(said: str) -> str:
    """Return the first line with text in it, without tags, labels and quotation marks."""
    lines = (_TAG.sub("", line).strip(_QUOTES) for line in said.splitlines())
    return _LABEL.sub("", next((line for line in lines if line), "")).strip(_QUOTES)


def same_words(text: str, question: str) -> bool:
    """Return whether two texts differ in nothing but signs and capitals."""
    return _words(text) == _words(question)


def is_plausible(text: str, question: str, history: Sequence[Exchange]) -> bool:
    """Return whether it is a question of the same language about what the conversation names."""
    if not _words(text) or len(text) > len(question) + LONGER_BY:
        return False
    if language_of(text) != language_of(question):
        return False
    if _QUESTION_END.search(question) and not _QUESTION_END.search(text):
        return False
    return _known_share(text, question, history) >= KNOWN_SHARE


def _known_share(text: str, question: str, history: Sequence[Exchange]) -> float:
    """Return the share of words whose beginning is known; endings and particles may differ."""
    earlier = (f"{exchange.question} {exchange.answer}" for exchange in history)
    known = {_beginning(word) for word in _words(" ".join([question, *earlier]))}
    words = _words(text)
    return sum(_beginning(word) in known or _is_small(word) for word in words) / len(words)


def _is_small(word: str) -> bool:
    return word.isascii() and word.isalpha() and len(word) <= 3


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _beginning(word: str) -> str:
    return word[:4] if word.isascii() else word[:2]
