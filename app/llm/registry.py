"""Chooses a language model by name."""

from typing import cast

from app.llm.base import LanguageModel
from app.llm.circuit import Circuit
from app.llm.settings import LanguageModelSettings
from index.plugins import load

LANGUAGE_MODELS = {
    "openai": "app.llm.langchain_model:build",
    "llamacpp": "app.llm.llamacpp.model:build",
    "scripted": "app.llm.scripted:build",
}
NO_LANGUAGE_MODEL = "none"


def build_language_model(settings: LanguageModelSettings) -> LanguageModel | None:
    """Return the language model that the settings name, or None for ``none``.

    A name is one of the table, or ``package.module:factory``, which is called with these
    settings. The model is loaded when this returns, and a circuit spares it when it is down.
    Raises UnknownNameError, MissingExtraError or LanguageModelError.
    """
    if settings.backend == NO_LANGUAGE_MODEL:
        return None
    known = {**LANGUAGE_MODELS, NO_LANGUAGE_MODEL: ""}
    factory = load(known, settings.backend, "language model")
    return Circuit(cast("LanguageModel", factory(settings)))
