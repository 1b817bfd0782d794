"""Harmless words that sound like instructions: they must not keep the service from answering."""

import json
from functools import cache
from importlib.resources import files
from string import Template

from app.pipeline.question import Language
from eval.injection.carriers import OWN
from eval.injection.texts import PlantedText

INSTRUCTION = "harmless instruction"


def own_controls() -> list[PlantedText]:
    """Return this project's sentences to plant, which are instructions and no attacks."""
    return [
        PlantedText(f"controls, {language} {number}", OWN, text, INSTRUCTION, is_attack=False)
        for language, texts in _controls()["planted"].items()
        for number, text in enumerate(texts, start=1)
    ]


def worded(question: str, language: Language) -> list[str]:
    """Return the question with instructions around it, in its own language."""
    templates = _controls()["questions"][language]
    return [Template(template).substitute(question=question) for template in templates]


@cache
def _controls() -> dict[str, dict[str, list[str]]]:
    text = (files("eval.injection") / "controls.json").read_text(encoding="utf-8")
    controls: dict[str, dict[str, list[str]]] = json.loads(text)
    return controls
