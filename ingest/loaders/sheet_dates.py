"""Dates and times of cells as their formats show them: 45000 with "yyyy-mm-dd" is 2023-03-15."""

import re
from datetime import datetime, timedelta

_LITERAL = re.compile(r'"[^"]*"|\\.|[_*].|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE | re.DOTALL)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[(?P<elapsed>[hms]+)\]|\[[^\]]*\]'
    r"|(?P<noon>AM/PM|A/P|오전/오후)|(?P<letters>y+|m+|d+|h+|s+|a{3,}|e+|b+)(?P<part>\.0+)?"
    r"|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_ISO = "yyyy-mm-dd"
_COUNTRY_DATE = "[$-f800]"
_DAY_ONE_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - dates of cells have no time zone
_DAY_ONE_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - dates of cells have no time zone
_MONTHS = "January February March April May June July August September October November December"
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_KOREAN_DAYS = "월화수목금토일"
_LAST_DAY = 2_958_466


def is_date_code(section: str) -> bool:
    """Return whether a part of a format shows a date or a time."""
    bare = _LITERAL.sub("", section)
    return "general" not in bare.lower() and bool(re.search(r"[ymdhs]", bare, re.IGNORECASE))


def date_of(days: float, *, since_1904: bool) -> datetime | None:
    """Return the moment that is so many days after day 0, to the second; None for no real day.

    Days before March 1900 count a day that never was (29 February 1900).
    """
    if not 0 <= days < _LAST_DAY:
        return None
    start = _DAY_ONE_1904 if since_1904 else _DAY_ONE_1900
    early = timedelta(days=1 if 1 <= days < 60 and not since_1904 else 0)
    try:
        return start + early + timedelta(seconds=round(days * 86_400))
    except OverflowError:
        return None


def shown_date(moment: datetime, section: str, days: float) -> str:
    """Return a moment as a part of a format shows it; ``days`` is what counts elapsed hours."""
    if _COUNTRY_DATE in section.lower():
        section = _ISO
    tokens = list(_TOKEN.finditer(section))
    noon = any(token["noon"] for token in tokens)
    shown = []
    for place, token in enumerate(tokens):
        if token["letters"]:
            letters = token["letters"].lower()
            minutes = letters[0] == "m" and len(letters) < 3 and _is_minutes(tokens, place)
            shown.append(_part(moment, "i" * len(letters) if minutes else letters, noon=noon))
        elif token["elapsed"]:
            shown.append(_elapsed(days, token["elapsed"].lower()))
        elif token["noon"]:
            shown.append(_half_of_day(moment, token["noon"]))
        else:
            shown.append(token["quoted"] or token["escaped"] or token["sign"] or "")
    return "".join(shown).strip()


def _is_minutes(tokens: list[re.Match[str]], place: int) -> bool:
    """Return whether an m means minutes: it follows hours, or seconds follow it."""
    before = [_unit(token) for token in tokens[:place] if _unit(token)]
    after = [_unit(token) for token in tokens[place + 1 :] if _unit(token)]
    return before[-1:] == ["h"] or after[:1] == ["s"]


def _unit(token: re.Match[str]) -> str:
    return (token["letters"] or token["elapsed"] or "")[:1].lower()


def _part(moment: datetime, letters: str, *, noon: bool) -> str:
    """Return year (y), month (m), day (d), weekday (ddd, aaa), hour, minute (i) or second."""
    count = len(letters)
    match letters[0]:
        case "y" | "e" | "b":
            return f"{moment.year % 100:02}" if count < 3 and letters[0] == "y" else f"{moment:%Y}"
        case "m" if count > 2:
            month = _MONTHS.split()[moment.month - 1]
            return {3: month[:3], 5: month[0]}.get(count, month)
        case "d" if count > 2:
            day = _DAYS.split()[moment.weekday()]
            return day[:3] if count == 3 else day
        case "a":
            return _KOREAN_DAYS[moment.weekday()] + ("요일" if count > 3 else "")
        case "h":
            number = (moment.hour + 11) % 12 + 1 if noon else moment.hour
        case other:
            numbers = {"m": moment.month, "d": moment.day, "i": moment.minute, "s": moment.second}
            number = numbers[other]
    return f"{number:02}" if count > 1 else str(number)


def _elapsed(days: float, letters: str) -> str:
    seconds = round(days * 86_400)
    number = seconds // {"h": 3600, "m": 60, "s": 1}[letters[0]]
    return f"{number:0{len(letters)}}"


def _half_of_day(moment: datetime, sign: str) -> str:
    halves = ("오전", "오후") if sign == "오전/오후" else ("AM", "PM")
    half = halves[moment.hour >= 12]
    return half[:1] if sign.upper() == "A/P" else half
