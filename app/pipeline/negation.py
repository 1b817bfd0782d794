"""Whether a text denies what a sentence says plainly: a "not" that got lost on the way."""

import re

_KOREAN = (
    r"(?<![가-힣])(?P<word>[가-힣]{1,12}?)(?:하|되|시)?지\s?[는도를가]?\s?(?:않|못|마[세라십]|말[고라아자])",
    r"(?<![가-힣])(?P<word>[가-힣]{1,12}?)[을를은는]?\s?(?<!지)(?<!지\s)못[하한할해했합]",
    r"(?<![가-힣])(?:안|못)\s(?P<word>[가-힣]+)",
    r"(?<!\w)(?P<word>\w{1,20}?)[이가은는도]?\s?없(?!애)",
    r"(?<!\w)(?P<word>\w{1,20}?)[이가은는]?\s?(?:아니[다라고며지에었](?!도|었[으음더])|아닙|아님|아닐|아녔)",
)
_ENGLISH = (
    r"(?:\bnot|\bnever|n['’]t|\bcannot)\s+(?:(?:be|been|have|yet)\s+)*(?P<word>[a-z]+)",
    r"\bno\s+(?P<word>[a-z]+)",
)
_DENIALS = [re.compile(pattern, re.IGNORECASE) for pattern in (*_KOREAN, *_ENGLISH)]
_ONLY = re.compile("밖에|만이|뿐만|not only", re.IGNORECASE)
"""Words that turn a denial around: nobody but her can, not only he can."""

_WORD = re.compile(r"\w+")
_ABILITY = "수"
"""In 갈 수 없다 the word before it is the one that is denied."""

_KOREAN_STEM, _ENGLISH_STEM = 2, 5
"""Letters of a word that its endings leave alone."""


def denies(text: str, claim: str) -> bool:
    """Return whether the text only denies something that the claim, denying nothing, says.

    Words are compared by their beginnings. Double negation, antonyms and what is denied in other
    words are not seen.
    """
    denied = _denied(text)
    if not denied or _denied(claim) or _ONLY.search(text) or _ONLY.search(claim):
        return False
    plain = [word[0] for word in _WORD.finditer(text) if word.start() not in denied]
    lost = [stem for stem in denied.values() if not _names(plain, stem)]
    said = _WORD.findall(claim)
    return any(_names(said, stem) for stem in lost)


def _denied(text: str) -> dict[int, str]:
    """Return the stem of each word that is denied, by the place where it begins."""
    found = {}
    for pattern in _DENIALS:
        for match in pattern.finditer(text):
            word, start = match["word"], match.start("word")
            if word == _ABILITY:
                before = text[:start].rstrip()
                start = max(before.rfind(" "), before.rfind("\n")) + 1
                word = before[start : start + 1]
            if word:
                found[start] = _stem(word)
    return found


def _stem(word: str) -> str:
    return word.casefold()[: _ENGLISH_STEM if word.isascii() else _KOREAN_STEM]


def _names(words: list[str], stem: str) -> bool:
    return any(word.casefold().startswith(stem) for word in words)
