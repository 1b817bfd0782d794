"""MinHash: 256 bytes a document, from which two documents tell how much of their text is shared.

Broder, "On the resemblance and containment of documents", 1997; the values are kept to 16 bits as
in Li and König, "b-Bit Minwise Hashing", 2010, https://arxiv.org/abs/0910.3349.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

PERMUTATIONS = 128
SHINGLE_CHARACTERS = 5
"""A shingle holds two or three Korean words, or about one English one."""

Signature = NDArray[np.uint16]
Signatures = NDArray[np.uint16]

_BLOCK_CHARACTERS = 1 << 18
_SHINGLES_AT_ONCE = 1 << 11
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIXERS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_NO_LETTERS = re.compile(r"[\W_]+")


def letters_of(text: str) -> str:
    """Return the letters and digits alone, in one form: spacing differs between file formats."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def shingles_of(letters: str) -> NDArray[np.uint32]:
    """Return one number for each run of 5 letters, in order; equal runs have equal numbers."""
    count = len(letters) - SHINGLE_CHARACTERS + 1
    if count <= 0:
        return np.empty(0, np.uint32)
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    mixed = np.zeros(count, np.uint64)
    for at in range(SHINGLE_CHARACTERS):
        mixed = mixed * _MULTIPLIER + codes[at : at + count]
    # The finaliser of SplitMix64: a permutation of neighbouring numbers alone is not random.
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIXERS[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIXERS[1]
    return (mixed >> np.uint64(32)).astype(np.uint32)


def signature_of(pieces: Iterable[str]) -> Signature | None:
    """Return the signature (128,) of a text that comes in pieces; None under 5 letters.

    Time grows with the text, memory does not: the lowest numbers of blocks are put together.
    """
    factors, terms = _permutations()
    lowest = np.full(PERMUTATIONS, np.iinfo(np.uint32).max, np.uint32)
    carried, some = "", False
    for block in _blocks(pieces):
        letters = carried + letters_of(block)
        shingles = shingles_of(letters)
        for at in range(0, len(shingles), _SHINGLES_AT_ONCE):
            part = shingles[at : at + _SHINGLES_AT_ONCE]
            permuted = part * factors[:, None] + terms[:, None]
            np.minimum(lowest, permuted.min(axis=1), out=lowest)
            some = True
        carried = letters[1 - SHINGLE_CHARACTERS :]
    return lowest.astype(np.uint16) if some else None


def similarity(signatures: Signatures, others: Signatures) -> NDArray[np.float64]:
    """Return the estimated share of shingles (Jaccard) that each pair of rows has in common."""
    return np.asarray(np.mean(signatures == others, axis=-1))


def _blocks(pieces: Iterable[str]) -> Iterator[str]:
    held: list[str] = []
    length = 0
    for piece in pieces:
        for at in range(0, len(piece), _BLOCK_CHARACTERS):
            held.append(piece[at : at + _BLOCK_CHARACTERS])
            length += len(held[-1])
            if length >= _BLOCK_CHARACTERS:
                yield "".join(held)
                held, length = [], 0
    yield "".join(held)


@cache
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return the odd factors and the terms of 128 permutations of 32 bits, always the same."""
    state = np.arange(1, 2 * PERMUTATIONS + 1, dtype=np.uint64) * _MULTIPLIER
    state = (state ^ (state >> np.uint64(30))) * _MIXERS[0]
    state = (state ^ (state >> np.uint64(27))) * _MIXERS[1]
    numbers = (state >> np.uint64(32)).astype(np.uint32)
    return numbers[:PERMUTATIONS] | np.uint32(1), numbers[PERMUTATIONS:]
