"""How Word writes the number of a heading or list item: 3, iii, 다, ㄷ, 셋, ③."""

from collections.abc import Callable
from types import MappingProxyType

_WITHOUT_NUMBER = frozenset({"none", "bullet"})
_MOST_ROUNDS = 3
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC")),
    *((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_MOST_ROMAN = 3_999
_MOST_COUNTED = 9_999
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_UNITS = ("", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_CIRCLES = ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1))


def number_text(value: int, name: str) -> str:
    """Return the number in a format by its name in the file.

    It is written in plain digits where the format is not known here, or has no sign for it.
    https://learn.microsoft.com/dotnet/api/documentformat.openxml.wordprocessing.numberformatvalues
    """
    if name in _WITHOUT_NUMBER:
        return ""
    write = _FORMATS.get(name)
    return (write(value) if write and value > 0 else "") or str(value)


def _roman(value: int) -> str:
    if value > _MOST_ROMAN:
        return ""
    text = ""
    for number, letters in _ROMAN:
        text += letters * (value // number)
        value %= number
    return text


def _repeated(signs: str) -> Callable[[int], str]:
    """Return a format that writes a sign twice when all were used once: z is followed by aa."""

    def write(value: int) -> str:
        rounds, place = divmod(value - 1, len(signs))
        return signs[place] * (rounds + 1) if rounds < _MOST_ROUNDS else ""

    return write


def _digits(signs: str) -> Callable[[int], str]:
    """Return a format that writes digit for digit."""
    return lambda value: "".join(signs[int(digit)] for digit in str(value))


def _counted(digits: str, units: str) -> Callable[[int], str]:
    """Return a format that names tens, hundreds and thousands; a one before them is not said."""

    def write(value: int) -> str:
        if value > _MOST_COUNTED:
            return ""
        text = ""
        for place, digit in enumerate(reversed(str(value))):
            spoken = "" if digit == "1" and place else digits[int(digit)]
            text = f"{spoken}{units[place].strip()}{text}" if digit != "0" else text
        return text

    return write


def _native_korean(value: int) -> str:
    tens, units = divmod(value, 10)
    return _TENS[tens] + _UNITS[units] if tens < len(_TENS) else ""


def _circled(value: int) -> str:
    found = (chr(sign + value - low) for low, high, sign in _CIRCLES if low <= value <= high)
    return next(found, "")


_HANJA_DIGITS = _digits("〇一二三四五六七八九")
_HANJA_COUNTED = _counted("〇一二三四五六七八九", " 十百千")

_FORMATS = MappingProxyType[str, Callable[[int], str]](
    {
        "decimalZero": lambda value: f"{value:02}",
        "numberInDash": lambda value: f"- {value} -",
        "decimalEnclosedParen": lambda value: f"({value})",
        "decimalEnclosedFullstop": lambda value: f"{value}.",
        "decimalEnclosedCircle": _circled,
        "decimalEnclosedCircleChinese": _circled,
        "hex": lambda value: f"{value:X}",
        "upperRoman": _roman,
        "lowerRoman": lambda value: _roman(value).lower(),
        "upperLetter": _repeated(_LETTERS.upper()),
        "lowerLetter": _repeated(_LETTERS),
        "ganada": _repeated("가나다라마바사아자차카타파하"),
        "chosung": _repeated("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"),
        "koreanDigital": _digits("영일이삼사오육칠팔구"),
        "koreanDigital2": _digits("零一二三四五六七八九"),
        "koreanCounting": _counted("영일이삼사오육칠팔구", " 십백천"),
        "koreanLegal": _native_korean,
        "ideographDigital": _HANJA_DIGITS,
        "japaneseDigitalTenThousand": _HANJA_DIGITS,
        "japaneseCounting": _HANJA_COUNTED,
        "chineseCounting": _HANJA_COUNTED,
        "chineseCountingThousand": _HANJA_COUNTED,
        "taiwaneseCounting": _HANJA_COUNTED,
        "taiwaneseCountingThousand": _HANJA_COUNTED,
        "ideographTraditional": _repeated("甲乙丙丁戊己庚辛壬癸"),
        "ideographZodiac": _repeated("子丑寅卯辰巳午未申酉戌亥"),
        "ordinal": lambda value: f"{value}{_ordinal_ending(value)}",
    }
)


def _ordinal_ending(value: int) -> str:
    teens = 10 < value % 100 < 20
    return "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
