"""One test for every reader: the fake, and the bundled network."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from app.errors import NotReadyError, ReaderError, ReaderUnavailableError
from app.readers.base import Excerpt, Reader, Reading
from app.readers.bundled.weights import WEIGHTS_FILE
from app.readers.registry import build_reader
from index.errors import UnknownNameError
from index.settings import IndexSettings

EXCERPTS = [
    Excerpt("휴가 규정", "병가는 진단서를 내면 최대 60일까지 쓸 수 있습니다."),
    Excerpt("Backups", "Backups run every night at 02:30. They are kept for 30 days."),
    Excerpt("", "Nobody wrote anything here."),
]


@pytest.fixture(scope="module", params=["first-number", "bundled"])
def reader(request: pytest.FixtureRequest) -> Reader:
    built = build_reader(request.param, IndexSettings().cache_dir, "float32")
    assert built is not None
    return built


def test_what_is_read_lies_inside_its_excerpt(reader: Reader) -> None:
    readings = reader.read("병가는 며칠까지 쓸 수 있나요?", EXCERPTS)
    assert len(readings) == len(EXCERPTS)
    found = [
        excerpt.text[reading.start : reading.end]
        for excerpt, reading in zip(EXCERPTS, readings, strict=True)
        if reading is not None
    ]
    assert found
    assert all(words == words.strip() for words in found)


def test_a_reading_does_not_depend_on_the_company(reader: Reader) -> None:
    question = "How long are backups kept?"
    together = reader.read(question, EXCERPTS)
    for excerpt, reading in zip(EXCERPTS, together, strict=True):
        [alone] = reader.read(question, [excerpt])
        assert (alone is None) == (reading is None)
        if alone is not None and reading is not None:
            assert (alone.start, alone.end) == (reading.start, reading.end)
            assert alone.score == pytest.approx(reading.score, abs=1e-3)


def test_without_excerpts_nothing_is_read(reader: Reader) -> None:
    assert reader.read("누구인가요?", []) == []


def test_an_empty_excerpt_holds_nothing(reader: Reader) -> None:
    assert reader.read("누구인가요?", [Excerpt("", "")]) == [None]


class Broken(Reader):
    """Returns what it was made with, or fails."""

    name = "broken"

    def __init__(self, readings: Sequence[Reading | None] | None) -> None:
        self._given = readings

    def _readings(self, *_: object) -> Sequence[Reading | None]:
        if self._given is None:
            raise RuntimeError("out of memory")
        return self._given


@pytest.mark.parametrize(
    "readings",
    [None, [], [Reading(0, 0, 1.0)], [Reading(-1, 3, 1.0)], [Reading(0, 99, 1.0)]],
)
def test_a_reader_that_fails_or_points_outside_is_an_error(
    readings: Sequence[Reading | None] | None,
) -> None:
    with pytest.raises(ReaderError, match="broken"):
        Broken(readings).read("누구?", [Excerpt("", "홍길동")])


def test_a_score_must_be_a_number() -> None:
    with pytest.raises(ReaderError, match="nan"):
        Broken([Reading(0, 1, float("nan"))]).read("누구?", [Excerpt("", "홍길동")])


def test_none_is_no_reader_and_an_unknown_name_lists_the_known_ones() -> None:
    cache = IndexSettings().cache_dir
    assert build_reader("none", cache, "float32") is None
    with pytest.raises(UnknownNameError, match="bundled, first-number, none"):
        build_reader("nobody", cache, "float32")


def test_other_weights_are_used_and_those_of_something_else_refused(tmp_path: Path) -> None:
    cache = IndexSettings().cache_dir
    same = build_reader(str(WEIGHTS_FILE), cache, "float32")
    bundled = build_reader("bundled", cache, "float32")
    assert same is not None
    assert bundled is not None
    assert same.read("며칠까지?", EXCERPTS) == bundled.read("며칠까지?", EXCERPTS)
    for weights in ({"head.weight": torch.zeros(3, 3)}, {"other": torch.zeros(2)}, {}):
        path = tmp_path / "other.safetensors"
        save_file(weights, path)
        other = build_reader(str(path), cache, "float32")
        assert other is not None
        with pytest.raises(ReaderUnavailableError, match="does not hold weights of this reader"):
            other.warm()
    path.write_bytes(b"not weights")
    damaged = build_reader(str(path), cache, "float32")
    assert damaged is not None
    with pytest.raises(ReaderUnavailableError, match="cannot be loaded"):
        damaged.read("누구?", EXCERPTS)
    with pytest.raises(ReaderUnavailableError, match="There is no file"):
        build_reader(str(tmp_path / "none.safetensors"), cache, "float32")


def test_whoever_will_not_wait_is_told_that_the_weights_are_being_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading, loaded = threading.Event(), threading.Event()

    def load(*_: object) -> object:
        loading.set()
        assert loaded.wait(10)
        return object()

    monkeypatch.setattr("app.readers.bundled.scorer.load_scorer", load)
    reader = build_reader("bundled", tmp_path, "float32")
    assert reader is not None
    first = threading.Thread(target=reader.warm)
    first.start()
    assert loading.wait(10)
    with pytest.raises(NotReadyError, match="being loaded"):
        reader.warm(wait=False)
    loaded.set()
    first.join(10)
    reader.warm(wait=False)
