"""The network's weights: what training left alone from the model folder, the rest from our file.

Both files are safetensors: plain numbers, mapped and not executed.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from app.errors import ReaderUnavailableError
from app.readers.bundled.network import SpanNetwork
from index.embedder.bundled.weights import base_weights, encoder_state, word_table

WEIGHTS_FILE = Path(__file__).parent / "reader.safetensors"
WEIGHTS_SHA256 = "eb7e7c28f8d0079d50e9f75bfd8a9407c76198bbf57485328538e3c6a0449cfa"


def load_network(folder: Path, weights_file: Path = WEIGHTS_FILE) -> SpanNetwork:
    """Return the trained network on the bundled model's folder, in single precision.

    Raises ReaderUnavailableError when a file is missing or damaged.
    """
    try:
        if weights_file == WEIGHTS_FILE and _digest(weights_file) != WEIGHTS_SHA256:
            raise ReaderUnavailableError(
                f"The reader's weights in {weights_file} are damaged: their checksum is wrong."
                " Install the service again, or set MUREUM_APP_READER=none."
            )
        network = base_network(folder)
        trained = load_file(weights_file)
    except (OSError, SafetensorError) as error:
        raise ReaderUnavailableError(
            f"The reader's weights cannot be loaded: {error}. Install the service again, or set"
            " MUREUM_APP_READER=none."
        ) from error
    _replace(network, trained, weights_file)
    return network.eval()


def base_network(folder: Path) -> SpanNetwork:
    """Return the network with the weights of the bundled model and a head of chance."""
    base = base_weights(folder)
    network = SpanNetwork(word_table(base))
    network.load_state_dict(encoder_state(base), strict=False)
    return network


def _replace(network: SpanNetwork, trained: Mapping[str, Tensor], path: Path) -> None:
    """Put trained weights into the network; refuse those of something else."""
    known = network.state_dict()
    fits = all(
        name in known and known[name].shape == value.shape for name, value in trained.items()
    )
    if not fits or "head.weight" not in trained:
        raise ReaderUnavailableError(
            f"{path} does not hold weights of this reader. Make them with python -m eval train,"
            " or set MUREUM_APP_READER=bundled."
        )
    network.load_state_dict({name: value.float() for name, value in trained.items()}, strict=False)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
