"""A packed model file of a few kilobytes, in the format of the bundled weights."""

import struct
from pathlib import Path

import numpy as np

HIDDEN, LAYERS, HEADS, FEED_FORWARD, POSITIONS, TYPES = 32, 1, 2, 64, 48, 2
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
LETTERS = "abcdefghijklmnopqrstuvwxyz가나다라마바사한글～~.:0123456789"
PIECES = (*SPECIAL, "▁", *LETTERS, "▁한글", "▁query", "▁passage", "<mask>")
CHARACTER_MAP = {"\x01": "", "\t": " ", "\u200b": " ", "ﬁ": "fi"}
BYTES_A_BLOCK = 18


def write_packed_model(path: Path, *, version: int = 1) -> Path:
    """Write a packed file with random weights and return its path."""
    head = (
        b"E5S1"
        + struct.pack("<I", version)
        + struct.pack("<7i", HIDDEN, LAYERS, HEADS, FEED_FORWARD, len(PIECES), POSITIONS, TYPES)
        + struct.pack("<fi", 1e-12, 32)
        + _vocabulary()
        + _character_map()
    )
    path.write_bytes(_with_tensors(head, _tensors()))
    return path


def _vocabulary() -> bytes:
    texts = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, texts)]).astype("<u4")
    scores = np.array([0.0] * 4 + [-2.0] * (len(PIECES) - 4), dtype="<f4")
    counts = struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, int(offsets[-1]))
    return counts + offsets.tobytes() + scores.tobytes() + b"".join(texts)


def _character_map() -> bytes:
    entries = b"".join(
        struct.pack(f"<IB{len(text)}I", ord(character), len(text), *map(ord, text))
        for character, text in CHARACTER_MAP.items()
    )
    return struct.pack("<iI", len(CHARACTER_MAP), len(entries)) + entries


def _tensors() -> dict[str, tuple[int, int]]:
    """Return the kind (0 plain, 1 four bits) and the length of every tensor."""
    word = len(PIECES) * HIDDEN
    tensors = {"emb.word": (1, word), "emb.pos": (0, POSITIONS * HIDDEN)}
    tensors |= {"emb.type": (0, TYPES * HIDDEN), "emb.ln.w": (0, HIDDEN), "emb.ln.b": (0, HIDDEN)}
    sizes = dict.fromkeys(("q", "k", "v", "ao"), (HIDDEN, HIDDEN))
    sizes |= {"fi": (FEED_FORWARD, HIDDEN), "fo": (HIDDEN, FEED_FORWARD)}
    for name, (outputs, inputs) in sizes.items():
        tensors |= {f"l0.{name}.w": (1, outputs * inputs), f"l0.{name}.b": (0, outputs)}
    for name in ("aln", "oln"):
        tensors |= {f"l0.{name}.w": (0, HIDDEN), f"l0.{name}.b": (0, HIDDEN)}
    return tensors


def _with_tensors(head: bytes, tensors: dict[str, tuple[int, int]]) -> bytes:
    generator = np.random.default_rng(7)
    directory_size = 4 + sum(2 + len(name) + 21 for name in tensors)
    offset = len(head) + directory_size
    directory, content = struct.pack("<i", len(tensors)), b""
    for name, (kind, count) in tensors.items():
        data = _four_bits(generator, count) if kind else _plain(generator, name, count)
        place = struct.pack("<BIQQ", kind, count, offset + len(content), len(data))
        directory += struct.pack("<H", len(name)) + name.encode() + place
        content += data
    return head + directory + content


def _four_bits(generator: np.random.Generator, count: int) -> bytes:
    blocks = count // 32
    data = generator.integers(0, 256, (blocks, BYTES_A_BLOCK), dtype=np.uint8)
    data[:, :2] = np.full(blocks, 0.05, dtype="<f2").view(np.uint8).reshape(-1, 2)
    return data.tobytes()


def _plain(generator: np.random.Generator, name: str, count: int) -> bytes:
    if "ln.w" in name:
        return np.ones(count, dtype="<f4").tobytes()
    return generator.normal(0, 0.02, count).astype("<f4").tobytes()
