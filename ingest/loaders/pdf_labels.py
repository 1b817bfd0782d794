"""Labels that begin headings: 제1장, Ⅰ., 1., 1.2, 가., (1)."""

import re

_DIVISION = re.compile(
    r"제\s*\d{1,3}\s*(?P<kind>[편장절관])(?:의\s*\d+)?(?:\s+(?!(?:및|또는|내지|중)\s|제\s*\d)\S.*)?"
)
_KINDS = (
    re.compile(r"(?:[Ⅰ-Ⅻ]{1,3}|[IVX]{1,5})[.\s]\s*\D.*"),
    re.compile(r"\d{1,2}\.?\s+\D.*"),
    re.compile(r"\d{1,2}\.\d{1,2}\.?\s+\D.*"),
    re.compile(r"\d{1,2}(?:\.\d{1,2}){2,3}\.?\s+\D.*"),
    re.compile(r"[가-하]\.\s+\D.*"),
    re.compile(r"\(\d{1,2}\)\s*\D.*"),
)
_DIVISIONS = "편장절관"
_LONGEST = 60
_PAGE_NUMBER = re.compile(r"(?:[.·…]\s*|\s{2,})\d{1,4}$")
_SENTENCE_END = re.compile(r"(?:[.,;:]|다|[가-힣](?:세|어|아|해|에|예|지|나|까)요)$")


def division_rank(text: str) -> int | None:
    """Return how deep the division is that a line names, 편, 장, 절 or 관, from 0; or None."""
    match = _DIVISION.fullmatch(text)
    if match and _is_title(text):
        return _DIVISIONS.index(match["kind"])
    return None


def label_rank(text: str) -> int | None:
    """Return how deep the label of a line is, below all divisions; None if no heading has it."""
    if not _is_title(text):
        return None
    ranks = enumerate(_KINDS, len(_DIVISIONS))
    return next((rank for rank, kind in ranks if kind.fullmatch(text)), None)


def _is_title(text: str) -> bool:
    """Return whether a line can be a title: no sentence, and no line of a table of contents."""
    short = len(text) <= _LONGEST
    return short and not _PAGE_NUMBER.search(text) and not _SENTENCE_END.search(text)
