from pathlib import Path

import pytest

from index.embedder.model_source import find_folder, fingerprint
from index.errors import EmbedderUnavailableError


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "my-model"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "modules.json").write_text("[]")
    (folder / "1_Pooling/config.json").write_text('{"pooling_mode": "mean"}')
    (folder / "model.safetensors").write_bytes(bytes(range(256)) * 20_000)
    return folder


def test_a_folder_with_a_model_is_found(model: Path) -> None:
    assert find_folder(str(model)) == model


def test_two_words_and_a_slash_can_only_be_a_hub_id() -> None:
    assert find_folder("intfloat/multilingual-e5-small") is None


@pytest.mark.parametrize("path", ["/no/such/folder", "./absent", "~/absent-model", "a/b/c"])
def test_a_path_to_nothing_says_what_to_set(path: str) -> None:
    with pytest.raises(EmbedderUnavailableError, match=r"is not the folder.*MUREUM_EMBEDDER"):
        find_folder(path)


def test_a_folder_without_a_model_and_a_file_say_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailableError, match=r"neither modules.json nor config.json"):
        find_folder(str(tmp_path))
    (tmp_path / "weights.bin").write_bytes(b"x")
    with pytest.raises(EmbedderUnavailableError, match="MUREUM_EMBEDDER"):
        find_folder(str(tmp_path / "weights.bin"))


def test_a_moved_model_keeps_its_fingerprint(model: Path, tmp_path: Path) -> None:
    before = fingerprint(model)
    assert fingerprint(model.rename(tmp_path / "elsewhere")) == before


@pytest.mark.parametrize("name", ["1_Pooling/config.json", "model.safetensors"])
def test_other_weights_or_another_pooling_change_the_fingerprint(model: Path, name: str) -> None:
    before = fingerprint(model)
    content = (model / name).read_bytes()
    (model / name).write_bytes(content[:-3] + b"%%%")
    assert fingerprint(model) != before


def test_a_model_card_does_not_change_the_fingerprint(model: Path) -> None:
    before = fingerprint(model)
    (model / "README.md").write_text("A model.")
    (model / ".cache").mkdir()
    (model / ".cache/download.json").write_text("{}")
    assert fingerprint(model) == before
