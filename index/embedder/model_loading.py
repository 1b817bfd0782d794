"""Loads a model with sentence-transformers, in the arithmetic that suits the machine."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.embedder.base import TextKind
from index.embedder.model_source import (
    HOW_TO_SET,
    HubRevision,
    ask_hub,
    find_cached,
    find_folder,
    fingerprint,
)
from index.embedder.options import EmbedderOptions
from index.errors import EmbedderUnavailableError

CPU_INFO = Path("/proc/cpuinfo")
E5_PROMPTS = {TextKind.QUERY: "query: ", TextKind.PASSAGE: "passage: "}
PROMPT_NAMES = {TextKind.QUERY: ("query",), TextKind.PASSAGE: ("passage", "document")}


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A SentenceTransformer, the name of its vectors, and what goes before each kind of text."""

    model: Any
    name: str
    prompts: Mapping[TextKind, str]


def load_model(model: str, options: EmbedderOptions) -> LoadedModel:
    """Return a model by its folder or hub id; what is on this machine is taken from there.

    Raises EmbedderUnavailableError with what to set when it cannot be had.
    """
    folder = find_folder(model)
    if folder is not None:
        loaded = _load(str(folder), options, revision=None)
        name = f"folder:{folder.resolve().name}@{fingerprint(folder)}"
    else:
        source, loaded = _load_from_hub(model, options)
        name = f"{source.model_id}@{source.commit}"
    return LoadedModel(loaded, name, choose_prompts(model, loaded.prompts))


def choose_prompts(model: str, own: Mapping[str, str | None]) -> dict[TextKind, str]:
    """Return the model's own prompts; those of the E5 family where it states none; else none."""
    if not any(own.values()):
        is_e5 = re.search(r"(^|[-_/])e5[-_]", model) and "instruct" not in model
        return dict(E5_PROMPTS) if is_e5 else dict.fromkeys(TextKind, "")
    return {
        kind: next((text for name in names if (text := own.get(name))), "")
        for kind, names in PROMPT_NAMES.items()
    }


def _load_from_hub(model_id: str, options: EmbedderOptions) -> tuple[HubRevision, Any]:
    cached = find_cached(model_id)
    if cached is not None:
        try:
            return cached, _load(model_id, options, revision=cached.commit)
        except EmbedderUnavailableError:
            # An interrupted download; with the hub's help it may be completed.
            if not options.allow_download:
                raise
    if not options.allow_download:
        raise EmbedderUnavailableError(
            f"The model {model_id!r} is not on this machine and downloads are off. {HOW_TO_SET}"
        )
    newest = ask_hub(model_id)
    return newest, _load(model_id, options, revision=newest.commit, local_files_only=False)


def _load(
    model: str, options: EmbedderOptions, *, revision: str | None, local_files_only: bool = True
) -> Any:  # noqa: ANN401
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    from index.embedder.word_table import halve_word_table

    disable_progress_bar()
    on_gpu = torch.cuda.is_available()
    try:
        loaded = SentenceTransformer(
            model,
            device="cuda" if on_gpu else "cpu",
            revision=revision,
            local_files_only=local_files_only,
            model_kwargs={"dtype": choose_precision(options.precision, on_gpu=on_gpu)},
        )
        if hasattr(loaded[0], "auto_model"):
            halve_word_table(loaded[0].auto_model)
    except Exception as error:  # each kind of damage raises something else
        raise EmbedderUnavailableError(
            f"The model {model!r} cannot be loaded: {error}. {HOW_TO_SET}"
        ) from error
    return loaded


def choose_precision(precision: str, *, on_gpu: bool) -> str:
    """Return ``float32`` or ``bfloat16``; ``auto`` is the faster one on this machine."""
    if precision != "auto":
        return precision
    return "bfloat16" if on_gpu or _cpu_has_bfloat16() else "float32"


def _cpu_has_bfloat16() -> bool:
    try:
        flags = CPU_INFO.read_text(encoding="utf-8").split()
    except OSError:
        return False
    return not {"avx512_bf16", "amx_bf16"}.isdisjoint(flags)
