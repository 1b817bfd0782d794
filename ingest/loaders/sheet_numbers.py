"""Numbers of cells as their formats show them: 0.25 with "0.0%" is 25.0%.

The codes are those of Excel (ECMA-376 part 1, 18.8.31). What they colour, align or pad is left out.
"""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from math import isfinite
from types import MappingProxyType

from ingest.loaders.sheet_dates import date_of, is_date_code, shown_date

GENERAL = "General"
BUILT_IN_FORMATS: Mapping[int, str] = MappingProxyType(
    {
        1: "0",
        2: "0.00",
        3: "#,##0",
        4: "#,##0.00",
        **dict.fromkeys((5, 6, 37, 38, 41, 42), "#,##0"),
        **dict.fromkeys((7, 8, 39, 40, 43, 44), "#,##0.00"),
        9: "0%",
        10: "0.00%",
        11: "0.00E+00",
        **dict.fromkeys((14, 15, *range(27, 32), 36, 50, 51, 52, 53, 54, 57, 58), "yyyy-mm-dd"),
        16: "d-mmm",
        17: "mmm-yy",
        18: "h:mm AM/PM",
        19: "h:mm:ss AM/PM",
        **dict.fromkeys((20, 32), "h:mm"),
        **dict.fromkeys((21, 33), "h:mm:ss"),
        22: "yyyy-mm-dd h:mm",
        **dict.fromkeys((34, 55), "AM/PM h:mm"),
        **dict.fromkeys((35, 56), "AM/PM h:mm:ss"),
        45: "mm:ss",
        46: "[h]:mm:ss",
        47: "mm:ss",
        48: "0.0E+0",
        49: "@",
    }
)
"""The formats that files name by number only; dates whose look depends on the country are ISO."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]|(?P<exponent>[Ee][+-])'
    r"|(?P<place>[0#?])|(?P<sign>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_CURRENCY = re.compile(r"\$([^-]*)")
_PLACES = frozenset("0#?")
_MARKS = frozenset("0#?,.")
_MOST_DECIMALS = 15
_LARGEST_PLAIN = 1e15


def shown_text(text: str, code: str) -> str:
    """Return what a cell with a text shows: nothing where the format has an empty fourth part."""
    sections = sections_of(code) if ";" in code else [code]
    return "" if len(sections) > 3 and not sections[3].strip() else text


def shown_number(value: float, code: str, *, since_1904: bool = False) -> str:
    """Return a number, date or time as its format shows it.

    Fractions and formats that make no sense are shown as plain numbers.
    """
    if code in {GENERAL, "@", ""} or not isfinite(value):
        return plain_number(value)
    section, value = _section_for(value, code)
    if is_date_code(section):
        moment = date_of(value, since_1904=since_1904)
        return plain_number(value) if moment is None else shown_date(moment, section, value)
    if GENERAL in section or "/" in re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", section):
        return plain_number(value)
    return _shown_by_places(value, section)


def plain_number(value: float) -> str:
    """Return a number as a cell without format shows it: whole, or with up to ten digits."""
    if abs(value) < _LARGEST_PLAIN and value == int(value):
        return str(int(value))
    return f"{value:.10G}"


def sections_of(code: str) -> list[str]:
    """Return the parts of a format between semicolons that are not quoted."""
    parts = [""]
    for match in re.finditer(r'"[^"]*"|\\.|\[[^\]]*\]|.', code, re.DOTALL):
        if match[0] == ";":
            parts.append("")
        else:
            parts[-1] += match[0]
    return parts


def _section_for(value: float, code: str) -> tuple[str, float]:
    """Return the part of the format that shows this value, and the value that it shows.

    A part for negative numbers writes the sign itself.
    """
    sections = sections_of(code)
    if any(map(_CONDITION.search, sections)):
        chosen = next((part for part in sections if _holds(part, value)), sections[-1])
        return chosen, value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    return (sections[2] if value == 0 and len(sections) > 2 else sections[0]), value


def _holds(section: str, value: float) -> bool:
    condition = _CONDITION.search(section)
    if condition is None:
        return True
    limit = float(condition[2])
    return {
        "<=": value <= limit,
        ">=": value >= limit,
        "<>": value != limit,
        "<": value < limit,
        ">": value > limit,
        "=": value == limit,
    }[condition[1]]


def _shown_by_places(value: float, section: str) -> str:
    """Return the number written into the places (0, #, ?) of a format, with its other signs."""
    tokens = _tokens(section)
    kinds = [kind for kind, _ in tokens]
    if not _PLACES & set(kinds):
        return "".join(text for _, text in tokens).strip()
    mantissa = kinds[: kinds.index("E")] if "E" in kinds else kinds
    marks = "".join(kind for kind in mantissa if kind in _MARKS)
    whole, _, decimals = marks.rstrip(",").partition(".")
    digits = min(len(decimals), _MOST_DECIMALS)
    if "E" in kinds:
        return f"{value:.{digits}E}"
    thousands = len(marks) - len(marks.rstrip(","))
    number = _rounded(abs(value) * 100.0 ** kinds.count("%") / 1000.0**thousands, digits)
    optional = decimals[decimals.rfind("0") + 1 :]
    if optional:
        number = _without_optional(number, len(decimals) - len(optional))
    filled = _filled(tokens, number, grouped="," in whole)
    return f"-{filled}" if value < 0 and float(number) != 0 else filled


def _rounded(value: float, digits: int) -> str:
    """Return the number with so many decimals; halves go up, as on paper and in sheets."""
    exact = Decimal(f"{value:.15g}")
    with localcontext(prec=400):
        return f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"


def _without_optional(number: str, required: int) -> str:
    whole, _, decimals = number.partition(".")
    kept = decimals[:required] + decimals[required:].rstrip("0")
    return f"{whole}.{kept}" if kept else whole


def _tokens(section: str) -> list[tuple[str, str]]:
    """Return (kind, text) of each sign: places and marks are kinds of their own, texts are ""."""
    found = []
    for match in _TOKEN.finditer(section):
        group = match.lastgroup
        text = match[group] if group else ""
        if group == "bracket":
            currency = _CURRENCY.match(text)
            found.append(("", currency[1] if currency else ""))
        elif group == "exponent":
            found.append(("E", ""))
        elif group == "place" or (group == "sign" and text in ",.%"):
            found.append((text, text))
        elif group:
            found.append(("", text))
    return found


def _filled(tokens: list[tuple[str, str]], number: str, *, grouped: bool) -> str:
    """Return the signs of the format with the digits in its places, filled from the point."""
    point = next((place for place, (kind, _) in enumerate(tokens) if kind == "."), len(tokens))
    whole, _, decimals = number.partition(".")
    left = _whole_part(tokens[:point], whole, grouped=grouped)
    right, used = "", 0
    for kind, text in tokens[point + 1 :]:
        if kind in _PLACES:
            right += decimals[used : used + 1]
            used += 1
        elif kind != ",":
            right += text
    return (left + ("." if decimals else "") + right).strip()


def _whole_part(tokens: list[tuple[str, str]], whole: str, *, grouped: bool) -> str:
    """Return the part before the point: the leftmost place takes all digits that are left."""
    places = [place for place, (kind, _) in enumerate(tokens) if kind in _PLACES]
    kinds = [tokens[place][0] for place in places]
    required = len(kinds) - kinds.index("0") if "0" in kinds else 0
    digits = "" if whole == "0" and not required else whole.zfill(required)
    if grouped or len(places) == 1 or not places:
        shown = f"{int(digits):,}".zfill(required) if grouped and digits else digits
        first = places[0] if places else len(tokens)
        before = "".join(text for kind, text in tokens[:first] if kind != ",")
        after = "".join(text for kind, text in tokens[first:] if kind in {"", "%"})
        return before + shown + after
    parts = []
    for place in range(len(tokens) - 1, -1, -1):
        kind, text = tokens[place]
        if place == places[0]:
            parts.append(digits)
        elif place in places:
            parts.append(digits[-1:])
            digits = digits[:-1]
        elif kind != ",":
            parts.append(text)
    return "".join(reversed(parts))
