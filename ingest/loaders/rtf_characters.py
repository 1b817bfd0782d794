"""The characters of RTF: code pages of the file and of its fonts, numbers, and named signs."""

import codecs
from collections.abc import Mapping
from types import MappingProxyType

SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "tab": "\t",
        "line": "\n",
        "lbr": "\n",
        "emdash": "—",
        "endash": "–",
        "bullet": "•",
        "lquote": "‘",
        "rquote": "’",
        "ldblquote": "“",
        "rdblquote": "”",
        "emspace": " ",
        "enspace": " ",
        "qmspace": " ",
        "~": " ",
        "_": "-",
        "\\": "\\",
        "{": "{",
        "}": "}",
        "\t": "\t",
    }
)
"""Control words and symbols that stand for a character."""

NAMED_CODE_PAGES: Mapping[str, str] = MappingProxyType(
    {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
)
_OF_FONTS: Mapping[int, str] = MappingProxyType(
    {
        77: "mac_roman",
        128: "cp932",
        129: "cp949",
        130: "johab",
        134: "gbk",
        136: "cp950",
        161: "cp1253",
        162: "cp1254",
        163: "cp1258",
        177: "cp1255",
        178: "cp1256",
        186: "cp1257",
        204: "cp1251",
        222: "cp874",
        238: "cp1250",
        254: "cp437",
        255: "cp850",
    }
)


def code_page(number: int) -> str:
    """Return the codec of a Windows code page, that of Western Europe for an unknown one."""
    name = "mac_roman" if number == 10000 else f"cp{number}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def code_page_of_font(charset: int) -> str | None:
    """Return the codec that a font's character set stands for; None leaves it to the file."""
    return _OF_FONTS.get(charset)


def characters(content: bytes, codec: str) -> str:
    """Return the text of bytes; those that the code page lacks become replacement signs."""
    return content.decode(codec, "replace")


def unicode_sign(number: int) -> str:
    """Return the UTF-16 unit of a number, which RTF writes with a sign; pairs are joined later."""
    return chr(number % 0x10000)


def joined_pairs(text: str) -> str:
    """Return the text with pairs of UTF-16 units as the one character that they stand for."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
