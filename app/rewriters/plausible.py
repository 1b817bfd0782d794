"""Whether what a language model wrote is the rewritten question that it was asked for."""

import re
from collections.abc import Sequence

from app.pipeline.question import language_of
from app.rewriters.base import Exchange

LONGER_BY = 200
"""Characters that what was left out may take."""
KNOWN_SHARE = 0.6
"""Share of the words that must come from the question or the conversation."""
KEPT_SHARE = 0.3
"""Share of the question's own words that must still be there."""

_LABEL = re.compile(
    r"^(?:(?:rewritten |standalone |new )?question|(?:고쳐 쓴 |바꾼 )?질문)\s*:\s*", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-z]+>")
_QUOTES = "\"'“”‘’`*「」『』 "
_WORD = re.compile(r"\w+")
_QUESTION_MARK = re.compile(r"[?？](?=\W*(?:\s|$))")
_SENTENCE_END = re.compile(r"(?<![A-Z])[.!?。！？](?=\s|$)")
_ASKING_WORDS = (
    "what when wher whic whos abou does then that this they them thei thes thos ther have with some"
    " more tell 그럼 그러 그것 그건 그게 그거 이것 이건 이게 그리 그런 무엇 언제 어디 누구 얼마"
    " 어떻 있나 있는 인가 대해 알려 설명"
)
_ASKING = frozenset(_ASKING_WORDS.split())
"""Beginnings of words that ask or point, and may give way to what they stand for."""


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
    if _QUESTION_MARK.search(question) and not _QUESTION_MARK.search(text):
        return False
    if len(_SENTENCE_END.findall(text)) > max(1, len(_SENTENCE_END.findall(question))):
        return False
    known = _known_share(text, question, history) >= KNOWN_SHARE
    return known and _kept_share(text, question) >= KEPT_SHARE


def _known_share(text: str, question: str, history: Sequence[Exchange]) -> float:
    """Return the share of words whose beginning is known; endings and particles may differ."""
    earlier = (f"{exchange.question} {exchange.answer}" for exchange in history)
    known = {_beginning(word) for word in _words(" ".join([question, *earlier]))}
    words = _words(text)
    return sum(_beginning(word) in known or _is_small(word) for word in words) / len(words)


def _kept_share(text: str, question: str) -> float:
    """Return the share of the question's words, the small ones aside, whose beginning is kept."""
    own = {_beginning(word) for word in _words(question) if not _is_small(word)} - _ASKING
    there = {_beginning(word) for word in _words(text)}
    return len(own & there) / len(own) if own else 1.0


def _is_small(word: str) -> bool:
    return word.isascii() and word.isalpha() and len(word) <= 3


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _beginning(word: str) -> str:
    return word[:4] if word.isascii() else word[:2]
