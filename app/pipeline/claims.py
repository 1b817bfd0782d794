"""Step 9, checking: the sentences of a generated answer, the sources they name, their numbers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.pipeline.cite import NUMBER
from index.sentences import sentence_spans

LOST = "…"
"""Stands where a number was that no source holds."""

_TOKEN = re.compile(r"\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\]|\s+|\[|[^\s\[]+")
_MARKER = re.compile(r"\[[\d\s,;]*\]")
_MARKER_BEGUN = re.compile(r"\[[\d\s,;]{0,20}\Z")
_LIST_NUMBER = re.compile(r"\d{1,2}[.)]")
_SPACE_BEFORE_MARK = re.compile(r"\s+(?=[.,;:!?])")
_DATE_PARTS = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an answer without its marks, and what they name: (mark, section) pairs.

    Marks count from 1 through the whole answer; sections count from 0.
    """

    text: str
    sources: tuple[tuple[int, int], ...]


class ClaimReader:
    """Takes an answer as it arrives; what it gives back may be shown at once.

    The marks of the model name documents of its prompt; those given back count citations. A
    number that stands neither in a source nor in the question is left out and remembered.
    """

    def __init__(self, sources: Sequence[str], question: str) -> None:
        self._sections = len(sources)
        self._known = _numbers([*sources, question])
        self._held = ""
        self._sentence = ""
        self._marks: list[tuple[int, int]] = []
        self._claims: list[Claim] = []
        self._count = 0
        self._line_begins = True
        self._begun = False
        self.lost_numbers: list[str] = []

    def feed(self, text: str) -> str:
        """Return what can be shown: whole words and whole marks only."""
        whole = self._held + text
        begun = _MARKER_BEGUN.search(whole)
        starts = [token.start() for token in _TOKEN.finditer(whole)]
        cut = begun.start() if begun else starts[-1] if starts else 0
        self._held = whole[cut:]
        return "".join(self._take(token) for token in _TOKEN.findall(whole[:cut]))

    def close(self) -> str:
        """Return the rest to show."""
        tokens, self._held = _TOKEN.findall(self._held), ""
        shown = "".join(self._take(token) for token in tokens)
        self._finish_sentence(self._sentence)
        return shown

    def take_claims(self) -> list[Claim]:
        """Return the sentences that have ended since the last call."""
        taken, self._claims = self._claims, []
        return taken

    def _take(self, token: str) -> str:
        if _MARKER.fullmatch(token) and any(char.isdecimal() for char in token):
            return "".join(self._mark(int(number)) for number in re.findall(r"\d+", token))
        if token.isspace() and not self._begun:
            return ""
        self._begun = True
        word = self._without_lost_numbers(token)
        self._line_begins = "\n" in word if word.isspace() else False
        self._add(word)
        return word

    def _mark(self, document: int) -> str:
        if not 1 <= document <= self._sections:
            return ""
        self._count += 1
        self._marks.append((self._count, document - 1))
        return f"[{self._count}]"

    def _without_lost_numbers(self, word: str) -> str:
        if self._line_begins and _LIST_NUMBER.fullmatch(word):
            return word
        return NUMBER.sub(self._known_or_lost, word)

    def _known_or_lost(self, number: re.Match[str]) -> str:
        if _is_known(number[0], self._known):
            return number[0]
        self.lost_numbers.append(number[0])
        return LOST

    def _add(self, word: str) -> None:
        spans = sentence_spans(self._sentence + word)
        if len(spans) > 1 and not word.isspace():
            whole = self._sentence + word
            self._finish_sentence(whole[: spans[-1][0]])
            self._sentence = whole[spans[-1][0] :]
        else:
            self._sentence += word

    def _finish_sentence(self, text: str) -> None:
        if any(char.isalnum() for char in text):
            line = _SPACE_BEFORE_MARK.sub("", " ".join(text.split()))
            self._claims.append(Claim(line, tuple(self._marks)))
            self._marks = []


def _numbers(texts: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for text in texts:
        for number in NUMBER.findall(text):
            found |= {_plain(number), *_parts(number)}
    return frozenset(found)


def _is_known(number: str, known: frozenset[str]) -> bool:
    """Return whether a source has this number, or the parts of this date."""
    parts = _parts(number)
    as_date = len(parts) == _DATE_PARTS and "," not in number
    return _plain(number) in known or (as_date and known.issuperset(parts))


def _parts(number: str) -> list[str]:
    return [part.lstrip("0") or "0" for part in re.findall(r"\d+", number)]


def _plain(number: str) -> str:
    return number.replace(",", "")
