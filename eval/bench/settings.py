"""The environment of the programs that a bench starts."""

import os
from collections.abc import Mapping
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PREFIX = "MUREUM_"
_KEPT = "MUREUM_CACHE_DIR"


def child_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with these settings and none of the user's own.

    A bench must not write into the user's index, whatever ``MUREUM_DATA_DIR`` says here.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name == _KEPT or not name.startswith(_PREFIX)
    }
    given = {f"{_PREFIX}{name}": value for name, value in settings.items()}
    return {**kept, "PYTHONPATH": str(_ROOT), **given}
