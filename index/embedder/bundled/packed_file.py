"""Reads the packed model file: header, vocabulary, character map, then 4-bit tensors.

All numbers are little-endian. The layout:
magic ``E5S1`` and a version; seven integers that give the shape of the encoder, the epsilon of
its layer norms, the block size; the pieces of a unigram vocabulary with their log probabilities;
a map from one character to the characters that replace it; a directory of tensors.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import EmbedderUnavailableError

MAGIC = b"E5S1"
VERSION = 1
BLOCK_SIZE = 32
FLOAT32, QUANTIZED = 0, 1
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK_SIZE // 2)])


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """The sizes of a BERT encoder, in the order in which the file gives them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with log probabilities; the other numbers are ids of special pieces."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    begin: int
    end: int
    pad: int
    unknown: int


@dataclass(frozen=True, slots=True)
class PackedModel:
    """The content of one packed file; tensors are decoded and flat."""

    shape: EncoderShape
    vocabulary: Vocabulary
    character_map: Mapping[str, str]
    tensors: Mapping[str, NDArray[np.float32]]


class _Cursor:
    """A position in the bytes; every read moves it on."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def numbers(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._position)
        self._position += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self._data, dtype, count, self._position)
        self._position += values.nbytes
        return values

    def take(self, length: int) -> bytes:
        self._position += length
        return self._data[self._position - length : self._position]

    def array_at(self, offset: int, length: int, dtype: np.dtype[Any]) -> NDArray[Any]:
        return np.frombuffer(self._data, dtype, length // dtype.itemsize, offset)


def read_packed_model(path: Path) -> PackedModel:
    """Return the decoded content of a packed file.

    Raises EmbedderUnavailableError when the file does not follow the format.
    """
    try:
        cursor = _Cursor(path.read_bytes())
        return PackedModel(
            shape=_read_shape(cursor),
            vocabulary=_read_vocabulary(cursor),
            character_map=_read_character_map(cursor),
            tensors=_read_tensors(cursor),
        )
    except (ValueError, struct.error, IndexError) as error:
        raise EmbedderUnavailableError(
            f"{path} is not a packed model of version {VERSION}: {error}"
        ) from error


def _read_shape(cursor: _Cursor) -> EncoderShape:
    if cursor.take(len(MAGIC)) != MAGIC:
        raise ValueError("it does not begin with the magic bytes")
    (version,) = cursor.numbers("I")
    shape = EncoderShape(*cursor.numbers("7if"))
    (block_size,) = cursor.numbers("i")
    if (version, block_size) != (VERSION, BLOCK_SIZE):
        raise ValueError(f"version {version} with blocks of {block_size} is unknown")
    return shape


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, begin, end, pad, unknown, text_length = cursor.numbers("5iQ")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    text = cursor.take(text_length)
    pieces = (text[offsets[i] : offsets[i + 1]].decode() for i in range(count))
    return Vocabulary(tuple(pieces), tuple(scores), begin, end, pad, unknown)


def _read_character_map(cursor: _Cursor) -> dict[str, str]:
    count, _length = cursor.numbers("iI")
    replacements = {}
    for _ in range(count):
        character, length = cursor.numbers("IB")
        replacements[chr(character)] = "".join(map(chr, cursor.numbers(f"{length}I")))
    return replacements


def _read_tensors(cursor: _Cursor) -> dict[str, NDArray[np.float32]]:
    (count,) = cursor.numbers("i")
    tensors = {}
    for _ in range(count):
        (name_length,) = cursor.numbers("H")
        name = cursor.take(name_length).decode()
        kind, elements, offset, length = cursor.numbers("BIQQ")
        if kind == QUANTIZED:
            tensor = dequantize(cursor.array_at(offset, length, BLOCK))
        else:
            tensor = cursor.array_at(offset, length, np.dtype("<f4"))
        if tensor.size != elements:
            raise ValueError(f"tensor {name} has {tensor.size} numbers, not {elements}")
        tensors[name] = tensor
    return tensors


def dequantize(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """Return the weights of Q4_0 blocks, shape (32 times the number of blocks,).

    Each block holds a half-precision scale and 32 four-bit integers that stand for -8 to 7: the
    low halves of its 16 bytes are the first 16 weights, the high halves the rest.
    """
    nibbles = blocks["nibbles"]
    integers = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.int8) - 8
    return (integers * blocks["scale"].astype(np.float32)[:, np.newaxis]).reshape(-1)
