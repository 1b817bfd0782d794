"""Weights and tokenizer of the bundled model's folder, shared by all that is made of them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, cat

from index.embedder.bundled.network import LAYERS

MODEL_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"


@cache
def base_weights(folder: Path) -> Mapping[str, Tensor]:
    """Return the tensors of the folder, mapped from their file and read when they are used."""
    weights: dict[str, Tensor] = load_file(folder / MODEL_FILE)
    return weights


@cache
def shared_tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer, which neither pads nor cuts; threads may share it."""
    tokenizer: Tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def word_table(base: Mapping[str, Tensor]) -> Tensor:
    """Return the vectors of all words, in half precision."""
    return base["embeddings.word_embeddings.weight"]


def encoder_state(base: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the other weights under the names of ``Encoder``, in single precision."""
    state = {
        "kind": base["embeddings.token_type_embeddings.weight"][0],
        "positions.weight": base["embeddings.position_embeddings.weight"],
        "norm.weight": base["embeddings.LayerNorm.weight"],
        "norm.bias": base["embeddings.LayerNorm.bias"],
    }
    for number in range(LAYERS):
        layer = _layer(base, f"encoder.layer.{number}.")
        state.update({f"layers.{number}.{name}": value for name, value in layer.items()})
    return {name: value.float() for name, value in state.items()}


def _layer(base: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return a layer's weights under PyTorch's names."""
    found: dict[str, Tensor] = {}
    for kind in ("weight", "bias"):
        inner = [f"{prefix}attention.self.{part}.{kind}" for part in ("query", "key", "value")]
        found[f"self_attn.in_proj_{kind}"] = cat([base[name] for name in inner])
        for ours, theirs in _NAMES.items():
            found[f"{ours}.{kind}"] = base[f"{prefix}{theirs}.{kind}"]
    return found


_NAMES = {
    "self_attn.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "linear1": "intermediate.dense",
    "linear2": "output.dense",
    "norm2": "output.LayerNorm",
}
"""Name in PyTorch's encoder layer → name in BERT's."""
