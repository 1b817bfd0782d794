"""The file with what was fitted."""

from pathlib import Path

import pytest
from dotenv import dotenv_values

from eval.tune.settings_file import refuse_to_overwrite, write_settings
from index.errors import SettingsError, StorageFullError


def test_the_file_is_read_as_settings_of_the_service(tmp_path: Path) -> None:
    path = tmp_path / "tuned.env"
    write_settings(path, {"dense_weight": 0.35, "candidates": 100}, "Fitted.")
    assert dotenv_values(path) == {
        "MUREUM_APP_DENSE_WEIGHT": "0.35",
        "MUREUM_APP_CANDIDATES": "100",
    }
    assert path.read_text(encoding="utf-8").startswith("# Fitted.\n")
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "tuned.env"
    refuse_to_overwrite(path)
    path.write_text("MINE=1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"tuned\.env is there already; --force"):
        refuse_to_overwrite(path)


def test_a_file_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    with pytest.raises(StorageFullError, match="cannot be written"):
        write_settings(path, {"candidates": 100}, "Fitted.")
    assert list(tmp_path.iterdir()) == [path]
