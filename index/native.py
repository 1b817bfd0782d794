"""Sets how native libraries use threads and memory, before anything heavy is imported."""

import os
import sys

VARIABLES = {
    # Threads that spin while they wait starve the ones that work where cores are few.
    "OMP_WAIT_POLICY": "passive",
    "TOKENIZERS_PARALLELISM": "false",
    # What PyTorch prepares for each shape of a batch it keeps a thousand times over by default,
    # some 200 MB; to prepare it anew takes a tenth of the batch's time.
    "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "32",
    "LRU_CACHE_CAPACITY": "32",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}


def configure_native_libraries() -> None:
    """Set the variables that native libraries read once, when they are loaded.

    What the user has set stays. Raises RuntimeError when torch or faiss is imported already:
    it would be without effect, and nobody would notice.
    """
    too_late = sorted({"torch", "faiss"} & sys.modules.keys())
    unset = {name: value for name, value in VARIABLES.items() if name not in os.environ}
    if too_late and unset:
        raise RuntimeError(
            f"configure_native_libraries() came after the import of {' and '.join(too_late)}"
        )
    os.environ.update(unset)
