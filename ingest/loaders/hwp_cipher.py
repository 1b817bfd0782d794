"""AES-128 in ECB mode, backwards: what a locked Hangul document is written in.

The key lies in the file for anybody to read, so nothing here guards a secret; a library of
cryptography would be a large dependency for it. Source: FIPS 197.
"""

import numpy as np
from numpy.typing import NDArray

_BLOCK_BYTES = 16
_ROUNDS = 10
_POLYNOMIAL = 0x11B
_AFFINE = 0x63

Bytes = NDArray[np.uint8]


def decrypted(stream: bytes, key: bytes) -> bytes:
    """Return the whole blocks of the stream, decrypted; the key has 16 bytes."""
    length = len(stream) // _BLOCK_BYTES * _BLOCK_BYTES
    state = np.frombuffer(stream[:length], np.uint8).reshape(-1, _BLOCK_BYTES)
    box = _substitution()
    inverse_box = np.argsort(box).astype(np.uint8)
    times = {factor: _products(factor) for factor in (9, 11, 13, 14)}
    keys = _round_keys(key, box)
    state = state ^ keys[_ROUNDS]
    for number in range(_ROUNDS - 1, -1, -1):
        state = inverse_box[_rows_shifted_back(state)] ^ keys[number]
        if number:
            state = _columns_unmixed(state, times)
    return state.tobytes()


def _rows_shifted_back(state: Bytes) -> Bytes:
    # Byte r + 4c is row r of column c; row r moves r places to the right.
    order = [row + 4 * ((column - row) % 4) for column in range(4) for row in range(4)]
    return state[:, order]


def _columns_unmixed(state: Bytes, times: dict[int, Bytes]) -> Bytes:
    columns = state.reshape(-1, 4, 4)
    mixed = [
        times[14][columns[:, :, row]]
        ^ times[11][columns[:, :, (row + 1) % 4]]
        ^ times[13][columns[:, :, (row + 2) % 4]]
        ^ times[9][columns[:, :, (row + 3) % 4]]
        for row in range(4)
    ]
    return np.stack(mixed, axis=2).reshape(-1, _BLOCK_BYTES)


def _round_keys(key: bytes, box: Bytes) -> list[Bytes]:
    words = [np.frombuffer(key[at : at + 4], np.uint8) for at in range(0, _BLOCK_BYTES, 4)]
    constant = 1
    for number in range(4, 4 * (_ROUNDS + 1)):
        word = words[-1]
        if number % 4 == 0:
            word = box[np.roll(word, -1)]
            word[0] ^= constant
            constant = _product(constant, 2)
        words.append(words[-4] ^ word)
    return [np.concatenate(words[at : at + 4]) for at in range(0, len(words), 4)]


def _substitution() -> Bytes:
    """Return the S-box: the inverse in the field of 256 elements, then an affine map."""
    table = [_AFFINE]
    for number in range(1, 256):
        inverse = next(other for other in range(1, 256) if _product(number, other) == 1)
        doubled = inverse << 8 | inverse
        turned = [doubled >> 8 - shift & 0xFF for shift in range(5)]
        table.append(turned[0] ^ turned[1] ^ turned[2] ^ turned[3] ^ turned[4] ^ _AFFINE)
    return np.array(table, np.uint8)


def _products(factor: int) -> Bytes:
    return np.array([_product(number, factor) for number in range(256)], np.uint8)


def _product(left: int, right: int) -> int:
    """Return the product in the field of 256 elements."""
    product = 0
    while right:
        product ^= left if right & 1 else 0
        left = left << 1 ^ (_POLYNOMIAL if left & 0x80 else 0)
        right >>= 1
    return product
