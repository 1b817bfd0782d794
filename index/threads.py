"""Sets how native libraries use threads; entry points call it before anything heavy is imported."""

import os
import sys

VARIABLES = {
    # Threads that spin while they wait starve the ones that work where cores are few.
    "OMP_WAIT_POLICY": "passive",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}


def configure_threads() -> None:
    """Set the variables that native libraries read once, when they are loaded.

    What the user has set stays. Raises RuntimeError when torch or faiss is imported already:
    it would be without effect, and nobody would notice.
    """
    too_late = sorted({"torch", "faiss"} & sys.modules.keys())
    unset = {name: value for name, value in VARIABLES.items() if name not in os.environ}
    if too_late and unset:
        raise RuntimeError(f"configure_threads() came after the import of {' and '.join(too_late)}")
    os.environ.update(unset)
