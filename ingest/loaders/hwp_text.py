"""The characters of a HWP 5 paragraph, and the places where controls stand among them."""

import struct
from collections.abc import Iterator

_SIGNS = {10: "\n", 24: "-", 30: "\u00a0", 31: " "}
_TAB = 9
_SINGLE = frozenset({0, 10, 13, *range(24, 32)})
_WITHOUT_RECORD = frozenset({4, 5, 6, 7, 8, _TAB, 19, 20})
_CONTROL_UNITS = 8


def text_pieces(payload: bytes) -> Iterator[str | None]:
    """Yield the text, and None at each place of a control that has a record of its own.

    Codes below 32 are control characters; most of them fill eight units of 16 bits.
    """
    units = struct.unpack(f"<{len(payload) // 2}H", payload[: len(payload) // 2 * 2])
    start = at = 0
    while at < len(units):
        code = units[at]
        if code >= 32:
            at += 1
            continue
        yield payload[2 * start : 2 * at].decode("utf-16-le", "ignore")
        if code in _SINGLE:
            yield _SIGNS.get(code, "")
        else:
            yield "\t" if code == _TAB else "" if code in _WITHOUT_RECORD else None
        at += 1 if code in _SINGLE else _CONTROL_UNITS
        start = at
    yield payload[2 * start :].decode("utf-16-le", "ignore")


def counted_text(payload: bytes, at: int) -> tuple[str, int]:
    """Return the text whose length in units stands at this place, and the place after it."""
    (length,) = struct.unpack_from("<H", payload, at)
    end = at + 2 + 2 * length
    return payload[at + 2 : end].decode("utf-16-le", "ignore"), end
