"""What figures rest on."""

from pathlib import Path

from app.readers.bundled.weights import WEIGHTS_SHA256
from eval.provenance import models_of
from index.embedder.bundled.unpack import PACKED_SHA256
from index.settings import IndexSettings


def test_weights_on_this_machine_are_named_by_their_hash(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"1")
    service = {"reranker": str(tmp_path), "reader": "none"}
    found = models_of(IndexSettings(embedder="bundled"), service)
    assert found["embedder"] == {"name": "bundled", "sha256": PACKED_SHA256}
    assert set(found) == {"embedder", "reranker"}
    (tmp_path / "weights").write_bytes(b"2")
    changed = models_of(IndexSettings(embedder="bundled"), service)
    assert changed["reranker"]["sha256"] != found["reranker"]["sha256"]


def test_the_bundled_reader_has_weights_of_its_own() -> None:
    found = models_of(IndexSettings(embedder="bundled"), {"reader": "bundled"})
    assert found["reader"] == {"name": "bundled", "sha256": WEIGHTS_SHA256}


def test_a_model_that_is_not_here_has_its_name_alone() -> None:
    found = models_of(IndexSettings(embedder="hashing"), {"reranker": "none"})
    assert found == {"embedder": {"name": "hashing"}}
