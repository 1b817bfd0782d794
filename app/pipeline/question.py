"""Step 1: what was typed becomes a question that every later step can trust."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from app.errors import InvalidQuestionError
from index.sentences import sentence_spans

SYLLABLE_LETTERS = 2.5
"""A Hangul syllable block stands for two or three letters of an alphabet."""
KOREAN_SHARE = 0.3
FEWEST_ASKING_WORDS = 3
_HANGUL = re.compile("[가-힣ᄀ-ᇿㄱ-ㆎ]")


class Language(StrEnum):
    """A language that the service answers in."""

    KOREAN = "ko"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Question:
    """A question in NFC, on one line, with the language that its answer must be in."""

    text: str
    language: Language


def read_question(text: str, longest: int) -> Question:
    """Return the question in a text; raise InvalidQuestionError when there is none.

    ``longest`` counts characters. Invisible format characters (zero-width spaces, direction
    marks) are dropped: they come with copied text and nobody can see them.
    """
    if len(text) > longest:
        raise InvalidQuestionError(
            f"The question has {len(text):,} characters; at most {longest:,} are read."
        )
    _refuse_unreadable(text)
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    line = " ".join(unicodedata.normalize("NFC", visible).split())
    if not any(char.isalnum() for char in line):
        raise InvalidQuestionError("The question is empty: it holds no letter and no digit.")
    return Question(line, language_of(line))


def language_of(text: str) -> Language:
    """Return the language by its script: enough Hangul makes a text Korean, whatever it quotes."""
    hangul = len(_HANGUL.findall(text))
    others = sum(map(str.isalpha, text)) - hangul
    weight = SYLLABLE_LETTERS * hangul
    korean = hangul > 0 and weight >= KOREAN_SHARE * (weight + others)
    return Language.KOREAN if korean else Language.ENGLISH


def asking_part(text: str) -> str | None:
    """Return the one sentence that asks, where a text says more than that; else None.

    «Do not guess. When does it open?» asks what its last sentence asks, and so does what follows
    a colon. The rest tells how to answer, or about whom, and is in no document.
    """
    sentences = [text[start:end].strip() for start, end in sentence_spans(text)]
    asking = [sentence for sentence in sentences if sentence.endswith(("?", "？"))]
    if len(asking) != 1:
        return None
    part = asking[0].rpartition(": ")[2].strip()
    if len(part.split()) < FEWEST_ASKING_WORDS:
        part = asking[0]
    return part if part != text else None


def _refuse_unreadable(text: str) -> None:
    for position, char in enumerate(text):
        category = unicodedata.category(char)
        if category == "Cs":
            raise InvalidQuestionError(
                f"Character {position + 1} of the question is half of a surrogate pair, which is"
                " not text."
            )
        if category == "Cc" and not char.isspace():
            raise InvalidQuestionError(
                f"Character {position + 1} of the question is the control character"
                f" U+{ord(char):04X}; remove it."
            )
