"""Locked documents ("배포용 문서"): whoever gets one may read it, and the key lies in it.

The lock keeps readers from printing and copying in Hangul. It is no password: the first record
of a section holds the key, scrambled by random numbers whose seed stands beside it.
Source: "한글 문서 파일 형식: 배포용 문서", revision 1.2; hwp_records.py names the terms.
"""

from collections.abc import Iterator

from ingest.loaders.hwp_records import DISTRIBUTION, flat_records

_HEAD_BYTES = 4
_SCRAMBLED_BYTES = 256
_KEY_BYTES = 16


def unlocked(stream: bytes) -> bytes:
    """Return a section as an open document would hold it; raise ValueError without a key."""
    # Few documents are locked, and only their cipher needs numpy.
    from ingest.loaders.hwp_cipher import decrypted

    tag, _level, scrambled = next(flat_records(stream), (0, 0, b""))
    if tag != DISTRIBUTION or len(scrambled) != _SCRAMBLED_BYTES:
        raise ValueError("the key of a locked document is missing")
    return decrypted(stream[_HEAD_BYTES + _SCRAMBLED_BYTES :], _key(scrambled))


def _key(scrambled: bytes) -> bytes:
    seed = int.from_bytes(scrambled[:4], "little")
    mask = _mask(seed)
    clear = bytes(byte ^ next(mask) for byte in scrambled)
    start = 4 + (seed & 0xF)
    return clear[start : start + _KEY_BYTES]


def _mask(seed: int) -> Iterator[int]:
    """Yield bytes without end: by turns a random byte and how often it comes."""
    numbers = _random_numbers(seed)
    for byte in numbers:
        for _ in range((next(numbers) & 0xF) + 1):
            yield byte & 0xFF


def _random_numbers(seed: int) -> Iterator[int]:
    """Yield what rand() of Microsoft's C library yields after srand(seed)."""
    while True:
        seed = (seed * 214013 + 2531011) & 0xFFFFFFFF
        yield seed >> 16 & 0x7FFF
