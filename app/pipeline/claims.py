"""Step 9, checking: the sentences of a generated answer, the sources they name, their numbers."""

import re
from collections.abc import Iterable, Iterator, Sequence
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
    """Takes an answer as it arrives; gives back words to show, and each sentence where it ends.

    The marks of the model name documents of its prompt; those given back count citations. A
    number that stands neither in a source nor in the question is left out and remembered.
    """

    def __init__(self, sources: Sequence[str], question: str) -> None:
        self._sections = len(sources)
        self._known = _numbers([*sources, question])
        self._held = ""
        self._space = ""
        self._sentence = ""
        self._marks: list[tuple[int, int]] = []
        self._count = 0
        self._begun = False
        self.lost_numbers: list[str] = []

    def feed(self, text: str) -> list[str | Claim]:
        """Return what can be told: whole words and whole marks only, sentences in their place."""
        whole = self._held + text
        begun = _MARKER_BEGUN.search(whole)
        starts = [token.start() for token in _TOKEN.finditer(whole)]
        cut = begun.start() if begun else starts[-1] if starts else 0
        self._held = whole[cut:]
        return self._told(whole[:cut])

    def close(self) -> list[str | Claim]:
        """Return the rest."""
        told, self._held = self._told(self._held), ""
        return [*told, *self._ended(self._sentence)]

    def next_mark(self) -> int:
        """Return the number of a further citation."""
        self._count += 1
        return self._count

    def _told(self, text: str) -> list[str | Claim]:
        """Return the words of a text; those in a row are one piece."""
        told: list[str | Claim] = []
        for token in _TOKEN.findall(text):
            for item in self._take(token):
                if isinstance(item, str) and told and isinstance(told[-1], str):
                    told[-1] += item
                else:
                    told.append(item)
        return told

    def _take(self, token: str) -> Iterator[str | Claim]:
        """Yield what one token tells; white space waits for the word that it stands before."""
        if token.isspace():
            self._space += token
        elif _MARKER.fullmatch(token) and any(char.isdecimal() for char in token):
            marks = "".join(self._mark(int(number)) for number in re.findall(r"\d+", token))
            yield from self._spaced(marks) if marks else ()
        else:
            word = self._without_lost_numbers(token)
            spans = sentence_spans(self._sentence + self._space + word)
            if len(spans) > 1:
                whole = self._sentence + self._space + word
                yield from self._ended(whole[: spans[-1][0]])
                self._sentence = whole[spans[-1][0] :]
            else:
                self._sentence += self._space + word
            yield from self._spaced(word)

    def _spaced(self, word: str) -> Iterator[str]:
        """Yield a word with the white space before it, unless it is the first one."""
        space, self._space = self._space, ""
        yield (space if self._begun else "") + word
        self._begun = True

    def _mark(self, document: int) -> str:
        if not 1 <= document <= self._sections:
            return ""
        self._marks.append((self.next_mark(), document - 1))
        return f"[{self._count}]"

    def _without_lost_numbers(self, word: str) -> str:
        line_begins = not self._begun or "\n" in self._space
        if line_begins and _LIST_NUMBER.fullmatch(word):
            return word
        return NUMBER.sub(self._known_or_lost, word)

    def _known_or_lost(self, number: re.Match[str]) -> str:
        if _is_known(number[0], self._known):
            return number[0]
        self.lost_numbers.append(number[0])
        return LOST

    def _ended(self, sentence: str) -> Iterator[Claim]:
        """Yield a sentence that has ended, with the marks that it carries."""
        self._sentence = ""
        if any(char.isalnum() for char in sentence):
            line = _SPACE_BEFORE_MARK.sub("", " ".join(sentence.split()))
            yield Claim(line, tuple(self._marks))
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
