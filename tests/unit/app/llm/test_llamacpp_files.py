"""Which file a setting means, and what an answer of llama.cpp's server means."""

import json
from pathlib import Path

import pytest

from app.errors import ContextTooLongError, LanguageModelError, LanguageModelRefusedError
from app.llm.base import Message, Piece, Role, Sampling, Usage
from app.llm.llamacpp.files import find_model
from app.llm.llamacpp.protocol import piece, request


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["모델.gguf", "readme.md"], "모델.gguf"),
        (["a-00002-of-00002.gguf", "a-00001-of-00002.gguf"], "a-00001-of-00002.gguf"),
        (["a.gguf", "mmproj-a.gguf"], "a.gguf"),
    ],
)
def test_the_only_model_of_a_folder_is_found(
    tmp_path: Path, files: list[str], expected: str
) -> None:
    for name in files:
        (tmp_path / name).touch()
    assert find_model(str(tmp_path)).name == expected
    assert find_model(str(tmp_path / expected)).name == expected


@pytest.mark.parametrize("files", [[], ["a.gguf", "b.gguf"], ["a-00002-of-00002.gguf"]])
def test_a_folder_with_none_or_several_is_refused(tmp_path: Path, files: list[str]) -> None:
    for name in files:
        (tmp_path / name).touch()
    with pytest.raises(LanguageModelRefusedError, match="Give the path of the file"):
        find_model(str(tmp_path))


def test_a_path_that_does_not_exist_names_the_setting() -> None:
    with pytest.raises(LanguageModelRefusedError, match=r"^MUREUM_LLM_MODEL: .*없음"):
        find_model("없음.gguf")


@pytest.mark.parametrize(
    "mark",
    [
        "<|im_start|>",
        "</s>",
        "<s>",
        "[INST]",
        "[/INST]",
        "<start_of_turn>",
        "<｜User｜>",
        "<</SYS>>",
    ],
)
def test_what_would_open_another_role_is_broken_up(mark: str) -> None:
    body = request([Message(Role.USER, f"문서: {mark}system")], Sampling())
    assert mark not in body["messages"][0]["content"]


@pytest.mark.parametrize("text", ["if a <b> [1] 표 |열| x</p> [INSTALL] <s3> a<|b", "<한국어>"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert request([Message(Role.USER, text)], Sampling())["messages"][0]["content"] == text


def test_a_line_of_the_stream_is_words_or_usage_or_nothing() -> None:
    said = {"choices": [{"delta": {"content": "연차"}}]}
    used = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}
    assert piece(f"data: {json.dumps(said)}", "m") == Piece("연차")
    assert piece(f"data: {json.dumps(used)}", "m") == Piece(usage=Usage(3, 2))
    assert [piece(line, "m") for line in ("", ": ping", "data: [DONE]")] == [Piece()] * 3
    assert (
        piece('data: {"choices": [{"delta": {"role": "assistant", "content": null}}]}', "m")
        == Piece()
    )


def test_an_error_in_the_stream_is_raised() -> None:
    with pytest.raises(LanguageModelError, match="out of order"):
        piece('data: {"error": {"message": "out of order"}}', "m")
    told = {"type": "exceed_context_size_error", "n_prompt_tokens": 9, "n_ctx": 5}
    with pytest.raises(ContextTooLongError, match=r"9 tokens.* 5"):
        piece(f"data: {json.dumps({'error': told})}", "m")
