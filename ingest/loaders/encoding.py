"""Bytes become characters: byte order marks, UTF-8, UTF-16, Korean code pages, then statistics."""

import codecs

from ingest.errors import MalformedFileError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
)
_WESTERN_SIGNS = "‘’‚“”„–—…•·€£§°«»©®™½\u00a0"
_SAMPLE_BYTES = 65_536
_MOST_CHAOS_PERCENT = 10.0


def decode(content: bytes, name: str) -> str:
    """Return the characters of a text file; raise MalformedFileError when it is not text."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            raise MalformedFileError(f"{name} is {kind}, not text: rename it or convert it.")
    marked = _marked(content)
    if marked is not None:
        return marked
    if b"\x00" in content:
        return _decode_utf16(content, name)
    return _decode_bytes(content, name)


def decode_declared(content: bytes, declared: str, name: str) -> str:
    """Return the characters of a file that names its encoding, when it can be believed.

    A byte order mark wins over the name, and so does the guess when the name does not fit.
    """
    marked = _marked(content)
    if marked is not None:
        return marked
    try:
        text = content.decode(_real_name(declared))
    except (LookupError, UnicodeError):
        return decode(content, name)
    return decode(content, name) if "\x00" in text else text


def _marked(content: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(content, encoding)
    return None


def _real_name(declared: str) -> str:
    """Return the encoding that browsers use for a name, for the names that mislead."""
    label = declared.strip().lower()
    if label in {"euc-kr", "euc_kr", "ks_c_5601-1987", "ksc5601", "windows-949"}:
        return "cp949"
    return "cp1252" if label in {"iso-8859-1", "latin1", "us-ascii", "ascii"} else label


def _strict(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _decode_utf16(content: bytes, name: str) -> str:
    """Return UTF-16 text without a byte order mark: zero bytes stand on one side of the pairs.

    Other text with a zero byte in it decodes as UTF-16 too, but to Hanzi without any space.
    """
    big_endian = content[::2].count(0) > content[1::2].count(0)
    text = _strict(content, "utf-16-be" if big_endian else "utf-16-le") or ""
    ascii_share = sum(1 for character in text if character < "\x7f") / max(len(text), 1)
    if "\x00" in text or ascii_share < 0.03 or not _is_readable(text):
        raise MalformedFileError(f"{name} holds zero bytes, so it is not text: convert it.")
    return text


def _decode_bytes(content: bytes, name: str) -> str:
    for read in (_utf8, _nearly_utf8, _korean, _western):
        text = read(content)
        if text is not None and _control_share(text) < 0.02:
            return text
    return _by_statistics(content, name)


def _utf8(content: bytes) -> str | None:
    return _strict(content, "utf-8")


def _nearly_utf8(content: bytes) -> str | None:
    """Return UTF-8 text with a few broken bytes, as logs that were cut have."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    foreign = sum(1 for character in text if character > "\x7f") - broken
    return text if broken * 100 <= len(text) and foreign > broken * 10 else None


def _korean(content: bytes) -> str | None:
    """Return CP949 text (EUC-KR is part of it) when its foreign letters are common Hangul.

    Other East Asian encodings often decode as CP949, but to rare syllables and Hanja.
    """
    text = _strict(content, "cp949")
    if text is None:
        return None
    sample = text[:_SAMPLE_BYTES]
    letters = [character for character in sample if character > "\x7f" and character.isalpha()]
    common = sum(1 for letter in letters if "가" <= letter <= "힣" and _is_ks_x_1001(letter))
    return text if letters and common >= 0.7 * len(letters) else None


def _is_ks_x_1001(syllable: str) -> bool:
    lead, trail = syllable.encode("cp949")
    return 0xB0 <= lead <= 0xC8 and trail >= 0xA1


def _western(content: bytes) -> str | None:
    """Return Windows-1252 text when its few foreign characters are letters and usual signs.

    Statistics take short French or German texts for Baltic ones.
    """
    text = _strict(content, "cp1252")
    if text is None:
        return None
    foreign = [character for character in text if character > "\x7f"]
    usual = all(sign.isalpha() or sign in _WESTERN_SIGNS for sign in foreign)
    return text if usual and len(foreign) <= 0.15 * len(text) else None


def _by_statistics(content: bytes, name: str) -> str:
    import charset_normalizer

    best = charset_normalizer.from_bytes(content[:_SAMPLE_BYTES]).best()
    text = _strict(content, best.encoding) if best else None
    if best is None or text is None or best.percent_chaos > _MOST_CHAOS_PERCENT:
        raise MalformedFileError(f"{name} is not text in any known encoding: save it as UTF-8.")
    if not _is_readable(text):
        raise MalformedFileError(f"{name} is not text: convert it or leave it out.")
    return text


def _control_share(text: str) -> float:
    controls = sum(1 for character in text if character < " " and character not in "\t\n\r\f\x1b")
    return controls / max(len(text), 1)


def _is_readable(text: str) -> bool:
    """Return whether nearly all characters are ones that people write."""
    readable = sum(1 for character in text if character.isprintable() or character in "\t\r\n\f")
    private = sum(1 for character in text if "\ue000" <= character <= "\uf8ff")
    return readable - private >= 0.95 * len(text)
