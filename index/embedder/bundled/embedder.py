"""The default embedder: multilingual-e5-small from the installed wheel."""

import threading
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import normalize

from index.embedder.base import Embedder, TextKind
from index.embedder.batches import batches_by_length
from index.embedder.bundled.folder import PROMPTS
from index.embedder.bundled.network import PAD, POSITIONS, WIDTH, Encoder
from index.embedder.bundled.unpack import FOLDER, unpack_bundled_model
from index.embedder.bundled.weights import (
    base_weights,
    encoder_state,
    shared_tokenizer,
    word_table,
)
from index.embedder.model_loading import choose_precision
from index.embedder.options import EmbedderOptions

# What a batch computes on stays in the caches of a CPU; a GPU is idle with so little.
CPU_TOKENS_A_BATCH = 2 << 10
GPU_TOKENS_A_BATCH = 64 << 10


class BundledEmbedder(Embedder):
    """Encodes without the libraries that load any model; safe to share between threads."""

    name = f"bundled:{FOLDER}"
    dimension = WIDTH

    def __init__(self, options: EmbedderOptions) -> None:
        """Load the model, which is unpacked if it is not yet; raise EmbedderUnavailableError."""
        folder = unpack_bundled_model(options.cache_dir)
        on_gpu = torch.cuda.is_available()
        device = torch.device("cuda" if on_gpu else "cpu")
        base = base_weights(folder)
        network = Encoder(word_table(base).to(device))
        network.load_state_dict(encoder_state(base))
        precision = getattr(torch, choose_precision(options.precision, on_gpu=on_gpu))
        self._network = network.to(device, precision).eval()
        self._device = device
        self._tokenizer = shared_tokenizer(folder)
        self._tokens_a_batch = GPU_TOKENS_A_BATCH if on_gpu else CPU_TOKENS_A_BATCH
        # Two batches at once would only take each other's cores. The lock is held for one at a
        # time, so that a question need not wait for all of somebody's passages.
        self._lock = threading.Lock()

    def _encode(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        rows = [self._tokens(PROMPTS[kind] + text) for text in texts]
        vectors = np.empty((len(rows), WIDTH), np.float32)
        lengths = [len(row) for row in rows]
        for batch in batches_by_length(lengths, most=self._tokens_a_batch):
            vectors[batch] = self._encode_batch([rows[place] for place in batch])
        return vectors

    def _tokens(self, text: str) -> list[int]:
        """Return the tokens between the marks of begin and end, at most as many as it can read."""
        tokens: list[int] = self._tokenizer.encode(text).ids
        return tokens if len(tokens) <= POSITIONS else [*tokens[: POSITIONS - 1], tokens[-1]]

    def _encode_batch(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        tokens = torch.full((len(rows), max(map(len, rows))), PAD)
        for place, row in enumerate(rows):
            tokens[place, : len(row)] = torch.tensor(row)
        with self._lock, torch.inference_mode():
            tokens = tokens.to(self._device)
            vectors: NDArray[np.float32] = _mean(self._network.encode(tokens), tokens).cpu().numpy()
        return vectors


def _mean(hidden: Tensor, tokens: Tensor) -> Tensor:
    """Return unit vectors, each the mean of a row without its padding; shape (batch, WIDTH)."""
    told = (tokens != PAD)[..., None]
    return normalize((hidden.float() * told).sum(dim=1) / told.sum(dim=1), dim=-1)
