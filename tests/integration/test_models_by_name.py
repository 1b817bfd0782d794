"""Models by folder and by hub id, through the real library, with a model of a few kilobytes."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.embedder.base import TextKind
from index.embedder.bundled.folder import write_model_folder
from index.embedder.bundled.packed_file import read_packed_model
from index.embedder.registry import build_embedder
from index.errors import EmbedderUnavailableError
from tests.packed_models import HIDDEN, write_packed_model

ROOT = Path(__file__).parents[2]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
NOTHING_LISTENS_HERE = "http://127.0.0.1:9"
BUILD = """
import sys
from pathlib import Path
from index.embedder.base import TextKind
from index.embedder.registry import build_embedder
from index.errors import MureumError
allowed = sys.argv[2] == "downloads"
try:
    made = build_embedder(sys.argv[1], cache_dir=Path("unused"), allow_download=allowed)
except MureumError as error:
    print(type(error).__name__, error)
else:
    print(made.name, made.encode(["휴가"], TextKind.QUERY).shape)
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "team-model"
    folder.mkdir()
    packed = write_packed_model(folder.with_suffix(".bin"))
    write_model_folder(read_packed_model(packed), folder)
    return folder


@pytest.fixture
def hub_home(model: Path, tmp_path: Path) -> Path:
    """The cache that a download of ``team/model`` would have left."""
    repository = tmp_path / "hub/models--team--model"
    shutil.copytree(model, repository / "snapshots" / COMMIT)
    (repository / "refs").mkdir()
    (repository / "refs/main").write_text(COMMIT)
    return tmp_path


def build(name: str, home: Path, *, downloads: bool = True) -> str:
    """Return what a process without network says after it tried to build an embedder."""
    variables = {"HF_HOME": str(home), "HF_ENDPOINT": NOTHING_LISTENS_HERE}
    return subprocess.run(
        [sys.executable, "-c", BUILD, name, "downloads" if downloads else "local"],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout


def test_a_folder_of_the_user_is_an_embedder(model: Path, tmp_path: Path) -> None:
    embedder = build_embedder(str(model), cache_dir=tmp_path)
    assert embedder.dimension == HIDDEN
    assert embedder.name.startswith("folder:team-model@")


def test_the_prompts_of_the_model_part_questions_from_passages(model: Path, tmp_path: Path) -> None:
    embedder = build_embedder(str(model), cache_dir=tmp_path, precision="float32")
    query = embedder.encode(["휴가"], TextKind.QUERY)
    passage = embedder.encode(["휴가"], TextKind.PASSAGE)
    assert float(query[0] @ passage[0]) < 0.9999


def test_a_folder_with_damaged_weights_says_what_to_set(model: Path, tmp_path: Path) -> None:
    damaged = Path(shutil.copytree(model, tmp_path / "damaged"))
    weights = damaged / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(EmbedderUnavailableError, match=r"cannot be loaded.*MUREUM_EMBEDDER"):
        build_embedder(str(damaged), cache_dir=tmp_path)


def test_a_hub_model_in_the_cache_needs_no_network(hub_home: Path) -> None:
    assert build("team/model", hub_home) == f"team/model@{COMMIT} (1, {HIDDEN})\n"


def test_a_hub_model_is_refused_soon_when_there_is_no_network(tmp_path: Path) -> None:
    begin = time.monotonic()
    said = build("team/absent", tmp_path)
    assert said.startswith("EmbedderUnavailableError")
    assert "MUREUM_EMBEDDER" in said
    assert "'team/absent' is not on this machine" in said
    assert time.monotonic() - begin < 60


def test_a_hub_model_is_not_looked_for_when_downloads_are_off(tmp_path: Path) -> None:
    assert "downloads are off" in build("team/absent", tmp_path, downloads=False)


def test_an_interrupted_download_is_a_clear_error_without_network(hub_home: Path) -> None:
    next(hub_home.glob("hub/*/snapshots/*/model.safetensors")).unlink()
    said = build("team/model", hub_home)
    assert said.startswith("EmbedderUnavailableError")
    assert "MUREUM_EMBEDDER" in said
