"""Exact match and F1 of an answer, as the scripts of SQuAD 2.0 and KorQuAD 1.0 define them.

Rajpurkar et al., "Know What You Don't Know: Unanswerable Questions for SQuAD", 2018,
https://rajpurkar.github.io/SQuAD-explorer/; Lim et al., "KorQuAD1.0", 2019,
https://korquad.github.io/KorQuad%201.0/. Both are compared in Unicode's NFC, as the index holds
its documents.
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

from app.pipeline.question import Language

_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_KOREAN_BRACKETS = str.maketrans(dict.fromkeys("'\"《》<>〈〉()‘’", " "))


def normalised(text: str, language: Language) -> str:
    """Return the text as the script of the language compares it.

    KorQuAD's makes brackets and quotation marks blanks and drops other ASCII punctuation;
    SQuAD's drops ASCII punctuation and articles.
    """
    text = unicodedata.normalize("NFC", text)
    if language is Language.KOREAN:
        bare = text.translate(_KOREAN_BRACKETS).lower().translate(_PUNCTUATION)
    else:
        bare = _ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION))
    return " ".join(bare.split())


def exact_match(prediction: str, golds: Sequence[str], language: Language) -> float:
    """Return 1 when the prediction equals one of the right answers, else 0."""
    said = normalised(prediction, language)
    return float(any(said == gold for gold in _comparable(golds, language)))


def f1(prediction: str, golds: Sequence[str], language: Language) -> float:
    """Return the best F1 with a right answer: of words in English, of characters in Korean."""
    said = _units(normalised(prediction, language), language)
    return max(_overlap(said, _units(gold, language)) for gold in _comparable(golds, language))


def contains_answer(text: str, golds: Sequence[str], language: Language) -> bool:
    """Return whether a text holds a right answer: as whole words in English, as such in Korean.

    Korean joins particles to words, so that the end of an answer need not be one of a word.
    """
    edge = "" if language is Language.KOREAN else " "
    said = f"{edge}{normalised(text, language)}{edge}"
    return any(gold and f"{edge}{gold}{edge}" in said for gold in _comparable(golds, language))


def _comparable(golds: Sequence[str], language: Language) -> list[str]:
    """Return the right answers without those of which nothing is left, unless it is all."""
    return [text for gold in golds if (text := normalised(gold, language))] or [""]


def _units(text: str, language: Language) -> list[str]:
    words = text.split()
    return list("".join(words)) if language is Language.KOREAN else words


def _overlap(said: Sequence[str], gold: Sequence[str]) -> float:
    if not said or not gold:
        return float(said == gold)
    same = sum((Counter(said) & Counter(gold)).values())
    if not same:
        return 0.0
    precision, recall = same / len(said), same / len(gold)
    return 2 * precision * recall / (precision + recall)
