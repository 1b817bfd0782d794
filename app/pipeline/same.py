"""Whether two passages say the same: spacing may differ, a number, date or denial may not."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.minhash import shingles_of
from index.models import Passage

NEAR = 0.9
"""From this share of common runs of five letters on, two texts are nearly the same."""

_SHORT = 100
"""Letters of a text that means something else under another title."""

_SIGNS = "%‰<>=≤≥±+−$€£₩°△▲~"
_GAP = rf"(?:[^\w{_SIGNS}]|_)"
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MINUS = re.compile(r"(?<![\w.)])-(?=\d)")
_AROUND = re.compile(r"(?<=\d)\s*([^\w\s])\s*(?=\d)")
_FILLER = re.compile(rf"(?:^|(?<=[^\W\d_])|(?<=[{_SIGNS}])){_GAP}++|{_GAP}++(?!\d)")

_NUMBER = re.compile(r"\d+(?:[^\w]+\d+)*")
_BEFORE, _AFTER = 6, 4
"""Letters beside a number that say what it counts."""

_TELLING = re.compile(
    r"않|못|없|아니|아닌|아닙|금지|불가|제외|면제|말아|(?<![가-힣])안\s"
    r"|\b(?:not|no|nor|never|neither|cannot|without|except|unless|exclud\w+)\b|n['’]t\b"
    r"|[일이삼사오육칠팔구십백천만억]+\s?(?:원|명|일|월|년|개월|주|회|시간|분|배|퍼센트|개|건|급)"
    r"|하루|이틀|사흘|나흘|닷새|엿새|이레|열흘|보름|[월화수목금토일]요일"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty"
    r"|forty|fifty|sixty|ninety|hundred|thousand|million|half|twice|once)\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
)
"""Denials, and numbers and dates in words."""
_BESIDE = 8


def squeezed(text: str) -> str:
    """Return a text's letters, numbers and signs in one form, without what lies between them.

    Between two numbers something stays: 1.5 is not 15, and 10-20 is not 1020.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _MINUS.sub("−", _THOUSANDS.sub("", text))
    return _FILLER.sub("", _AROUND.sub(r"\1", text))


Outline = NDArray[np.int32]

_BINS = 1_024
_FIRST_LETTER = ord("0")
"""Spaces and the usual marks come before it."""

_OUTLINES_DIFFER = 0.15


def outline_of(text: str) -> Outline:
    """Return how often pairs of neighbouring letters occur, (1024,): cheap, and rough."""
    codes = np.frombuffer(text.casefold().encode("utf-32-le", "surrogatepass"), "<u4")
    codes = codes[codes >= _FIRST_LETTER]
    pairs = (codes[:-1] * np.uint32(31) + codes[1:]) % np.uint32(_BINS)
    return np.bincount(pairs, minlength=_BINS).astype(np.int32)


def may_be_alike(outline: Outline, others: Sequence[Outline]) -> list[int]:
    """Return the positions of those whose texts may say the same: few, and all that do."""
    if not others:
        return []
    apart = np.abs(np.stack(others) - outline).sum(axis=1)
    most = _OUTLINES_DIFFER * max(int(outline.sum()), 1)
    return np.flatnonzero(apart <= most).tolist()


@dataclass(frozen=True)
class Essence:
    """What counts of a passage when it is compared with another."""

    passage: Passage

    @cached_property
    def text(self) -> str:
        """Return the parent's text without spacing."""
        return squeezed(self.passage.parent_text)

    @cached_property
    def child(self) -> str:
        """Return the text that matched the question without spacing."""
        return squeezed(self.passage.text)

    @cached_property
    def heading(self) -> str:
        """Return the headings above it without spacing."""
        return squeezed(" ".join(self.passage.heading))

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """Return numbers, dates and denials in their order, with what stands beside them."""
        text = self.text
        numbers = [
            text[max(0, number.start() - _BEFORE) : number.end() + _AFTER]
            for number in _NUMBER.finditer(text)
        ]
        spaced = unicodedata.normalize("NFKC", self.passage.parent_text).casefold()
        words = [
            "".join(spaced[max(0, word.start() - _BESIDE) : word.end() + _BESIDE].split())
            for word in _TELLING.finditer(spaced)
        ]
        return (*numbers, *words)

    @cached_property
    def shingles(self) -> NDArray[np.uint32]:
        """Return the numbers of its runs of five letters, each once."""
        return np.unique(shingles_of(self.text))


def says_the_same(one: Essence, other: Essence) -> bool:
    """Return whether nobody would miss one passage who has the other.

    What matched the question must stand in both. Elsewhere a tenth may differ, but no number, no
    date and no denial, nor what stands beside them.
    """
    if one.heading != other.heading and one.heading and other.heading:
        return False
    if one.text == other.text:
        return _is_of_the_same_title(one, other)
    if min(len(one.text), len(other.text)) < max(
        _SHORT, NEAR * len(one.text), NEAR * len(other.text)
    ):
        return False
    shared = one.child in other.text and other.child in one.text
    return shared and one.facts == other.facts and _is_near(one.shingles, other.shingles)


def _is_of_the_same_title(one: Essence, other: Essence) -> bool:
    """Return whether title or length leave no doubt about what equal texts are about."""
    documents = one.passage.document, other.passage.document
    return (
        len(one.text) >= _SHORT
        or documents[0].content_hash == documents[1].content_hash
        or squeezed(documents[0].title) == squeezed(documents[1].title)
    )


def _is_near(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> bool:
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common >= NEAR * (len(one) + len(other) - common)
