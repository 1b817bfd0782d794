"""Any model that sentence-transformers can load, from a folder or from the hub."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedder.base import Embedder, TextKind
from index.embedder.batches import batches_by_length
from index.embedder.model_loading import load_model
from index.embedder.options import EmbedderOptions

# What a batch computes on stays in the caches of a CPU; a GPU is idle with so little. Bytes stand
# for tokens: Korean and English both have about five to a token, which characters do not.
CPU_BYTES_A_BATCH = 8 << 10
GPU_BYTES_A_BATCH = 256 << 10


class SentenceTransformerEmbedder(Embedder):
    """Encodes with a folder's or hub id's model; safe to share between threads."""

    def __init__(self, model: str, options: EmbedderOptions) -> None:
        loaded = load_model(model, options)
        self.name = loaded.name
        self._model = loaded.model
        self._prompts = loaded.prompts
        # A tokenizer changes its own state while it cuts text. The lock is held for one batch at
        # a time, so that a question need not wait for all of somebody's passages.
        self._lock = threading.Lock()
        self.dimension = self._encode([""], TextKind.QUERY).shape[1]

    def _encode(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        on_gpu = self._model.device.type == "cuda"
        limit = GPU_BYTES_A_BATCH if on_gpu else CPU_BYTES_A_BATCH
        lengths = [max(1, len(text.encode())) for text in texts]
        batches = list(batches_by_length(lengths, most=limit))
        encoded = [self._encode_batch([texts[place] for place in batch], kind) for batch in batches]
        order = np.argsort(np.concatenate(batches))
        vectors: NDArray[np.float32] = np.concatenate(encoded)[order]
        return vectors

    def _encode_batch(self, texts: list[str], kind: TextKind) -> NDArray[np.float32]:
        with self._lock:
            vectors: NDArray[np.float32] = self._model.encode(
                texts,
                prompt=self._prompts[kind],
                batch_size=len(texts),
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return vectors
