"""The program of the process that llama.cpp runs in; it needs nothing of this project.

A line of JSON on standard input says what to load. A line of JSON on standard output tells the
address once the model is loaded, and llama.cpp's own words go to standard error. The process
ends when its standard input does: with the service, however that ends.
"""

import json
import os
import signal
import sys
from importlib import import_module
from typing import Any

ERRORS_ONLY = 1
NO_REASONING = 0
CPU_BATCH_TOKENS = 128
"""A prompt is read in such batches. Between two of them other answers go on, and a request that
was given up is noticed; a longer batch is hardly faster on a CPU."""

GPU_BATCH_TOKENS = 512


def main() -> None:
    """Load, tell the address, and serve until the other side is gone."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # the service may still be finishing its answers
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that spin starve the others
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    server = load(json.loads(sys.stdin.readline()))
    print(json.dumps({"address": server.listening_address}), file=answers, flush=True)
    sys.stdin.read()


def load(asked: dict[str, Any]) -> Any:  # noqa: ANN401 - the library ships no types
    """Return the server with the model, on a free port of the loopback address."""
    xllamacpp = import_module("xllamacpp")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = asked["model"]
    parameters.n_ctx = asked["context_tokens"] * asked["parallel"]
    parameters.n_parallel = asked["parallel"]
    batch_tokens = GPU_BATCH_TOKENS if asked["gpu_layers"] else CPU_BATCH_TOKENS
    parameters.n_batch = parameters.n_ubatch = batch_tokens
    parameters.n_gpu_layers = asked["gpu_layers"]
    if asked["threads"]:
        parameters.cpuparams.n_threads = asked["threads"]
        parameters.cpuparams_batch.n_threads = asked["threads"]
    if asked["lora"]:
        adapter = xllamacpp.CommonAdapterLoraInfo(asked["lora"], asked["lora_scale"])
        parameters.lora_adapters = [adapter]
    parameters.api_keys = [asked["key"]]
    parameters.port = 0
    parameters.ui = False
    parameters.verbosity = ERRORS_ONLY
    parameters.fit_params = False  # what is asked for is loaded, or the start fails
    parameters.cache_ram_mib = 0  # the slots themselves keep the prefixes
    parameters.cache_idle_slots = False
    parameters.enable_reasoning = NO_REASONING
    return xllamacpp.Server(parameters)


if __name__ == "__main__":
    main()
