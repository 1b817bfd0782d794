"""Runs the network over rows of tokens."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer

from app.readers.bundled.network import SpanNetwork
from app.readers.bundled.pairs import Pair, PairMaker
from app.readers.bundled.spans import TokenScores
from app.readers.bundled.weights import WEIGHTS_FILE, load_network
from index.embedder.bundled.network import PAD
from index.embedder.bundled.unpack import unpack_bundled_model
from index.embedder.bundled.weights import shared_tokenizer
from index.embedder.model_loading import choose_precision

PAIRS_AT_ONCE = 8


class Scorer:
    """The network and the tokenizer that belongs to it."""

    def __init__(self, network: SpanNetwork, tokenizer: Tokenizer) -> None:
        self._network = network
        self.pairs = PairMaker(tokenizer)

    def scored(self, pairs: Sequence[Pair]) -> Iterator[tuple[Pair, TokenScores]]:
        """Yield each row with its scores, the shortest first: rows of a length waste no time."""
        ordered = sorted(pairs, key=lambda pair: len(pair.tokens))
        for place in range(0, len(ordered), PAIRS_AT_ONCE):
            some = ordered[place : place + PAIRS_AT_ONCE]
            with torch.inference_mode():
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


def load_scorer(cache_dir: Path, precision: str, weights_file: Path | None = None) -> Scorer:
    """Return the network on the bundled model, which is unpacked if it is not yet.

    Raises EmbedderUnavailableError or ReaderUnavailableError when weights are missing.
    """
    folder = unpack_bundled_model(cache_dir)
    chosen = choose_precision(precision, on_gpu=False)
    network = load_network(folder, weights_file or WEIGHTS_FILE)
    network = network.to(torch.bfloat16 if chosen == "bfloat16" else torch.float32)
    return Scorer(network, shared_tokenizer(folder))
