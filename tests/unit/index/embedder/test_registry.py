from pathlib import Path

import pytest

from index.embedder.base import Embedder
from index.embedder.hashing import HashingEmbedder
from index.embedder.options import EmbedderOptions
from index.embedder.registry import EMBEDDERS, build_embedder
from index.errors import EmbedderUnavailableError, UnknownNameError
from index.plugins import load


def wide_fake(options: EmbedderOptions) -> Embedder:
    return HashingEmbedder(512 if options.precision == "float32" else 64)


@pytest.mark.parametrize("name", EMBEDDERS)
def test_every_name_of_the_table_leads_somewhere(name: str) -> None:
    assert callable(load(EMBEDDERS, name, "embedder"))


def test_the_fake_needs_nothing(tmp_path: Path) -> None:
    assert build_embedder("hashing", cache_dir=tmp_path / "absent").dimension == 256


def test_an_outsider_gives_a_path_to_a_factory_which_gets_the_options(tmp_path: Path) -> None:
    path = f"{__name__}:wide_fake"
    assert build_embedder(path, cache_dir=tmp_path, precision="float32").dimension == 512


def test_a_misspelt_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"'bundeld'.*bundled, hashing.*folder.*hub"):
        build_embedder("bundeld", cache_dir=tmp_path)


def test_a_path_without_a_folder_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailableError, match="MUREUM_EMBEDDER"):
        build_embedder(str(tmp_path / "absent"), cache_dir=tmp_path)
