from pathlib import Path

import pytest

from index.embedder import model_loading
from index.embedder.base import TextKind
from index.embedder.model_loading import choose_precision, choose_prompts


def prompts(model: str, **own: str | None) -> tuple[str, str]:
    chosen = choose_prompts(model, own)
    return chosen[TextKind.QUERY], chosen[TextKind.PASSAGE]


def test_a_model_is_given_its_own_prompts() -> None:
    assert prompts("org/m", query="ask: ", passage="text: ") == ("ask: ", "text: ")
    assert prompts("org/m", query="ask: ", document="text: ") == ("ask: ", "text: ")
    assert prompts("org/m", query="ask: ", document="") == ("ask: ", "")


@pytest.mark.parametrize("model", ["intfloat/multilingual-e5-small", "/models/e5-base-v2"])
def test_the_e5_family_has_prompts_even_where_a_model_states_none(model: str) -> None:
    assert prompts(model, query="", document="") == ("query: ", "passage: ")


@pytest.mark.parametrize(
    "model", ["BAAI/bge-m3", "org/type5-small", "intfloat/multilingual-e5-large-instruct"]
)
def test_other_models_without_prompts_get_none(model: str) -> None:
    assert prompts(model) == ("", "")


@pytest.mark.parametrize(
    ("flags", "expected"),
    [("fma avx512_bf16 avx2", "bfloat16"), ("amx_bf16", "bfloat16"), ("avx2 avx512f", "float32")],
)
def test_bfloat16_is_taken_where_the_processor_has_it(
    flags: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cpuinfo").write_text(f"processor : 0\nflags : fpu {flags}\n")
    monkeypatch.setattr(model_loading, "CPU_INFO", tmp_path / "cpuinfo")
    assert choose_precision("auto", on_gpu=False) == expected


def test_float32_is_taken_where_the_processor_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_loading, "CPU_INFO", tmp_path / "absent")
    assert choose_precision("auto", on_gpu=False) == "float32"
    assert choose_precision("auto", on_gpu=True) == "bfloat16"


def test_a_precision_that_is_set_is_taken() -> None:
    assert choose_precision("float32", on_gpu=True) == "float32"
    assert choose_precision("bfloat16", on_gpu=False) == "bfloat16"
