from pathlib import Path

import numpy as np
import pytest

from index.embedder.bundled.packed_file import BLOCK, dequantize, read_packed_model
from index.errors import EmbedderUnavailableError
from tests import packed_models
from tests.packed_models import write_packed_model


def test_the_header_gives_the_shape_of_the_encoder(tmp_path: Path) -> None:
    shape = read_packed_model(write_packed_model(tmp_path / "packed.bin")).shape
    assert (shape.hidden, shape.layers, shape.heads) == (32, 1, 2)
    assert (shape.feed_forward, shape.positions, shape.token_types) == (64, 48, 2)
    assert shape.vocabulary == len(packed_models.PIECES)


def test_pieces_and_the_character_map_are_read_as_text(tmp_path: Path) -> None:
    packed = read_packed_model(write_packed_model(tmp_path / "packed.bin"))
    assert packed.vocabulary.pieces == packed_models.PIECES
    assert packed.vocabulary.pieces[packed.vocabulary.end] == "</s>"
    assert packed.vocabulary.scores[5] == -2.0
    assert packed.character_map == packed_models.CHARACTER_MAP


def test_a_block_holds_its_low_halves_first_and_eight_stands_for_zero() -> None:
    nibbles = np.full(16, 0x88, dtype=np.uint8)
    nibbles[0], nibbles[1] = 0x0F, 0xF8
    weights = dequantize(np.array([(0.5, nibbles)], dtype=BLOCK))
    assert weights[:3].tolist() == [3.5, 0.0, 0.0]
    assert weights[16:19].tolist() == [-4.0, 3.5, 0.0]


def test_every_tensor_has_the_length_that_the_directory_states(tmp_path: Path) -> None:
    tensors = read_packed_model(write_packed_model(tmp_path / "packed.bin")).tensors
    assert tensors["emb.word"].size == len(packed_models.PIECES) * 32
    assert tensors["l0.fi.w"].size == 64 * 32
    assert np.abs(tensors["l0.q.w"]).max() <= 8 * 0.05 + 1e-3


@pytest.mark.parametrize("kept", [0, 3, 30, 300, 3000, -1])
def test_a_file_cut_short_is_a_clear_error(tmp_path: Path, kept: int) -> None:
    path = write_packed_model(tmp_path / "packed.bin")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(EmbedderUnavailableError, match=r"packed\.bin is not a packed model"):
        read_packed_model(path)


def test_another_version_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailableError, match="version 9"):
        read_packed_model(write_packed_model(tmp_path / "packed.bin", version=9))
