"""Writes a packed model as a standard sentence-transformers folder."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedder.bundled.packed_file import EncoderShape, PackedModel, Vocabulary
from index.embedder.bundled.tokenizer import build_tokenizer, special_pieces

PROMPTS = {"query": "query: ", "passage": "passage: "}
MODULES = ("Transformer", "Pooling", "Normalize")
# The library that saves the weights lets nobody but the owner read them.
READABLE = 0o644
EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def write_model_folder(packed: PackedModel, folder: Path) -> None:
    """Write everything that ``SentenceTransformer(folder)`` needs into an existing folder.

    The weights are stored in half precision: their 4-bit origin leaves nothing more to keep.
    """
    from safetensors.numpy import save_file

    weights = folder / "model.safetensors"
    save_file(_state(packed), weights, metadata={"format": "pt"})
    weights.chmod(READABLE)
    build_tokenizer(packed).save(str(folder / "tokenizer.json"), pretty=False)
    for name, content in _configurations(packed.shape, packed.vocabulary).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")


def _state(packed: PackedModel) -> dict[str, NDArray[np.float16]]:
    hidden = packed.shape.hidden
    state = {
        name: values.astype(np.float16) for name, values in _named(packed.tensors, packed.shape)
    }
    # Mean pooling leaves the pooler unused, but a BERT without one is reported as incomplete.
    state["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float16)
    state["pooler.dense.bias"] = np.zeros(hidden, np.float16)
    return state


def _named(
    tensors: Mapping[str, NDArray[np.float32]], shape: EncoderShape
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield each tensor under its usual name: a vector, or one row for each output."""
    for packed_name, name in EMBEDDING_NAMES.items():
        values = tensors[packed_name]
        yield name, values if "LayerNorm" in name else values.reshape(-1, shape.hidden)
    for layer in range(shape.layers):
        for packed_name, name in LAYER_NAMES.items():
            weight = tensors[f"l{layer}.{packed_name}.w"]
            if "LayerNorm" not in name:
                weight = weight.reshape(tensors[f"l{layer}.{packed_name}.b"].size, -1)
            yield f"encoder.layer.{layer}.{name}.weight", weight
            yield f"encoder.layer.{layer}.{name}.bias", tensors[f"l{layer}.{packed_name}.b"]


def _configurations(shape: EncoderShape, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the content of every JSON file but the tokenizer, by its path in the folder."""
    return {
        "config.json": _bert_configuration(shape, vocabulary),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
            **special_pieces(vocabulary),
        },
        "modules.json": [
            {
                "idx": place,
                "name": str(place),
                "path": f"{place}_{module}" if place else "",
                "type": f"sentence_transformers.models.{module}",
            }
            for place, module in enumerate(MODULES)
        ],
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def _bert_configuration(shape: EncoderShape, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": shape.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": vocabulary.pad,
        "bos_token_id": vocabulary.begin,
        "eos_token_id": vocabulary.end,
        "dtype": "float16",
    }
