"""Where sentences end, in Korean, English, Japanese and Chinese, by punctuation and lines alone.

A blank line always ends a sentence. Headings and table rows in Markdown are sentences of their
own, and a list item starts one; any other line end is a hard wrap and ends nothing.
"""

import re
from collections.abc import Iterator

_CANDIDATE = re.compile(
    r"(?P<mark>[.!?…]+|[。！？｡]+)(?P<closers>(?:[\"'”’」』》〉)\]*_]|\[\d{1,3}\])*)"
    r"(?P<space>\s*)|(?P<line>\n\s*)"
)
_OWN_LINE = re.compile(r"[^\S\n]*(?:#{1,6}[^\S\n]|\|)[^\n]*(?:\n\s*)?")
_ITEM = re.compile(
    r"(?:[-*+•·∙▪◦○●◎◇◆□■▶▷※ㅇ][^\S\n]|\d{1,3}[.)][^\S\n]|[가나라마바사아자차카타파하][.)][^\S\n]"
    r"|\(\d{1,2}\)[^\S\n]|[①-⑳【]|제\d{1,4}(?:조|장|절)[\s(의])"
)
_MARKER = re.compile(r"\W*(?:\d{1,3}|[가-힣]|[ivxIVX]{1,4}|[A-Za-z])")
_NUMBERED_PART = r"제?\d+[조항장절호편](?:의\d+)?"
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'“‘/-])(?:[A-Za-z](?:\.[A-Za-z])*|[Aa]pprox|[Cc]apt|[Cc]f|[Cc]ol|[Dd]ept|Drs?"
    r"|[Ee]sp|[Ee]tc|[Ee]t al|[Gg]en|[Gg]ov|Hon|Jr|Lt|Messrs|Mmes|Mrs?|Ms|Mt|Ph\.D|Pres|Prof|Rep"
    rf"|Rev|Sen|Sgt|Sr|St|[Vv]iz|[Vv]s|{_NUMBERED_PART})$"
)
_BEFORE_NUMBER = re.compile(
    r"(?:^|[\s(\[])(?:\d+|[Aa]rt|[Cc]h|[Ee]qs?|[Ff]igs?|[Nn]os?|[Pp]p?|[Ss]ec|[Vv]ols?"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)$"
)
_DATE = re.compile(r"\d\.\s\d{1,2}$|\d{4}\.\d{1,2}\.\d{1,2}$")
_REPORTED = re.compile(r"(?:이?라[고며는]|하[고며는]|고 )")
_FINAL_SYLLABLES = frozenset("다요까죠음함임됨")
_LOOK_BACK = 24


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the sentences as offsets that tile the text, white space with what it follows.

    White space at the head of the text belongs to the first sentence. Nothing limits the length
    of a sentence.
    """
    spans = []
    start = 0
    for cut in _cuts(text):
        if cut > start and (start or not text[:cut].isspace()):
            spans.append((start, cut))
            start = cut
    if start < len(text):
        spans.append((start, len(text)))
    return spans


def _cuts(text: str) -> Iterator[int]:
    """Yield the ends of sentences, ascending and with repetitions."""
    start = position = 0
    own = _OWN_LINE.match(text)
    while True:
        if own:
            start = position = own.end()
            yield own.start()
            yield position
            own = _OWN_LINE.match(text, position)
            continue
        match = _CANDIDATE.search(text, position)
        if match is None:
            return
        position = match.end()
        ends, own = _judge(text, start, match)
        if ends:
            start = position
            yield position


def _judge(text: str, start: int, match: re.Match[str]) -> tuple[bool, re.Match[str] | None]:
    """Return whether a sentence ends here, and the heading or table row that follows."""
    space = match["line"] or match["space"]
    if "\n" in space:
        line_start = match.end() - len(space) + space.rindex("\n") + 1
        if own := _OWN_LINE.match(text, line_start):
            return True, own
        if space.count("\n") > 1 or _ITEM.match(text, match.end()):
            return True, None
    return bool(match["mark"]) and _ends_sentence(text, start, match), None


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    at, end = match.start(), match.end()
    mark, closers, space = match["mark"], match["closers"], match["space"]
    before, after = text[at - 1 : at], text[end : end + 1]
    if mark[0] in "。！？｡":
        return bool(space) or not closers
    if not space:
        return not closers and before in _FINAL_SYLLABLES and "가" <= after <= "힣"
    if after.islower() or (closers and _REPORTED.match(text, end)):
        return False
    if len(mark) > 1 or mark == "…":
        return before in _FINAL_SYLLABLES or not "가" <= after <= "힣"
    return mark != "." or not _is_abbreviation(text, start, at, after)


def _is_abbreviation(text: str, start: int, at: int, after: str) -> bool:
    """Return whether the full stop at ``at`` belongs to the word before it."""
    if text[at - 1 : at] in _FINAL_SYLLABLES and at - start > 2:
        return False
    if at - start <= 6 and _MARKER.fullmatch(text, start, at):
        return True
    before = text[max(start, at - _LOOK_BACK) : at]
    if _ABBREVIATION.search(before) or _DATE.search(before):
        return True
    return after.isdigit() and bool(_BEFORE_NUMBER.search(before))
