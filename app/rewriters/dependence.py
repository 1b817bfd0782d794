"""Whether a question leans on what was said before, in Korean and English."""

import re
from collections.abc import Set

from app.rewriters.light_words import ATTRIBUTES
from app.rewriters.words import Reading, Role, Word

FEW_WORDS = 1
"""A question with no more words that name a topic has, as a rule, left its topic out."""
LONG_COMPOUND = 4
"""Syllables from which a Korean noun is one thing's own name rather than a kind of thing."""

_ENGLISH_PRONOUN = re.compile(
    r"\b(?:it|its|itself|they|them|their|theirs|he|him|his|she|her|hers|these|those|ones?|this)\b"
    r"|\bthat(?=\s*(?:[?.!,]|$))|^that\b"
    r"|\b(?:is|was|does|did|do|about|of|for|with|after|before|like|to|from|on|in|at|so) that\b"
    r"|(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b"
    r"(?! (?:is|are|was|were|any|an?|be|some|ha[sd])\b)",
    re.IGNORECASE,
)
_ENGLISH_EMPTY_PRONOUN = re.compile(
    r"\b(?:is|was|be) it (?:\w+ ){1,2}(?:to|that|if|for)\b"
    r"|\bit(?:'s| is| was| be) \w+ (?:to|that|if|for)\b|\bit (?:cost|take)s? to\b|\bone of\b",
    re.IGNORECASE,
)
_ENGLISH_ELLIPSIS = re.compile(
    r"^(?:and|but|or|so|then|which)\b|\b(?:what|how) about\b|^why\s*\?"
    r"|\b(?:else|another|the former|the latter)\b|\b(?:the same|instead|others?)\s*\?",
    re.IGNORECASE,
)
_ENGLISH_DEFINITION = re.compile(
    r"^(?:(?:what|who)(?: is| are| was| were|'s|’s)|tell me (?:more )?about|explain|define"
    r"|describe)\b(?!.*\b(?:the|some|any)\b)",
    re.IGNORECASE,
)
_KOREAN_PRONOUN = re.compile(
    r"(?<![가-힣])(?:[그이](?= [가-힣])|[그이저](?:것|거|게|건|걸|곳|분|때|쪽|들)|그녀|거기"
    r"|여기|그런|이런|그렇|이렇|해당|위의|앞의|앞서|방금|나머지|둘 다|둘 중"
    r"|[전후]자[는가의])"
)
_KOREAN_ELLIPSIS = re.compile(
    r"^(?:그럼|그러면|그리고|그런데|근데|그래서|그래도|하지만|그러나|또는|또|[그이] 외)"
    r"(?![가-힣])|^\S*(?:은|는|도)(?:요)?\s*\?*$"
)
_KOREAN_DEFINITION = re.compile(r"(?:이?란|[이가]) ?(?:무엇|뭐|뭔)|이?란\s*\?*$")


def leans_on_history(question: Reading, known: Set[str]) -> bool:
    """Return whether a question cannot be understood alone; ``known`` are keys of earlier words.

    It says so by a pronoun or an ellipsis, or by naming next to nothing: a name, or the
    definition of a word that nobody used before, is enough for a question of one word.
    """
    if _points_back(question.text):
        return True
    named = {word.key: word for word in question.words if word.role is not Role.PREDICATE}
    if len(named) > FEW_WORDS:
        return False
    return not any(
        _is_name(word) or _is_defined(question.text, word, known) for word in named.values()
    )


def _points_back(text: str) -> bool:
    plain = _ENGLISH_EMPTY_PRONOUN.sub(" ", text)
    english = _ENGLISH_PRONOUN.search(plain) or _ENGLISH_ELLIPSIS.search(plain)
    return bool(english or _KOREAN_PRONOUN.search(text) or _KOREAN_ELLIPSIS.search(text))


def _is_name(word: Word) -> bool:
    if word.role is not Role.TOPIC:
        return False
    compound = len(word.text) >= LONG_COMPOUND and not word.text.endswith(ATTRIBUTES)
    return compound or not word.is_korean


def _is_defined(text: str, word: Word, known: Set[str]) -> bool:
    if word.key in known:
        return False
    pattern = _KOREAN_DEFINITION if word.is_korean else _ENGLISH_DEFINITION
    return pattern.search(text) is not None
