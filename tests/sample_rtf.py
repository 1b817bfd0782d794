"""Small RTF files made in code, for tests."""


def rtf_file(*paragraphs: tuple[int, str]) -> bytes:
    """Return an RTF file of (heading level, text) paragraphs; level 0 is plain text."""
    body = "".join(rf"\pard{_level(level)} {_escaped(text)}\par" for level, text in paragraphs)
    return rf"{{\rtf1\ansi\ansicpg949\uc1{body}}}".encode("ascii")


def _level(level: int) -> str:
    return rf"\outlinelevel{level - 1}" if level else ""


def _escaped(text: str) -> str:
    return "".join(
        sign if sign.isascii() else "".join(rf"\u{unit}?" for unit in _units(sign)) for sign in text
    )


def _units(sign: str) -> list[int]:
    encoded = sign.encode("utf-16-le")
    return [
        int.from_bytes(encoded[place : place + 2], "little") for place in range(0, len(encoded), 2)
    ]
