import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ingest.document import LoadedDocument
from ingest.errors import EmptyFileError, MalformedFileError
from ingest.loaders.ipynb import NotebookLoader


def load(*cells: Mapping[str, Any], **metadata: object) -> LoadedDocument:
    notebook = {"nbformat": 4, "metadata": metadata, "cells": cells}
    return NotebookLoader().load(json.dumps(notebook).encode(), "실험.ipynb")


def markdown(*lines: str) -> Mapping[str, Any]:
    return {"cell_type": "markdown", "source": list(lines)}


def code(source: str, *outputs: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": outputs}


def printed(text: str | Sequence[str]) -> Mapping[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def test_explanations_and_code_follow_one_another() -> None:
    python = {"name": "python"}
    loaded = load(
        markdown("# 휴가 계산\n", "\n", "연차를 센다."),
        code("# 한 해\ndays = 15\ndays", printed("15\n")),
        markdown("## 결과"),
        language_info=python,
    )
    assert loaded.text == (
        "# 휴가 계산\n\n연차를 센다.\n\n```python\n# 한 해\ndays = 15\ndays\n```\n\n"
        "```\n15\n```\n\n## 결과"
    )
    assert [(each.level, each.text) for each in loaded.headings] == [(1, "휴가 계산"), (2, "결과")]
    assert (loaded.title, loaded.metadata) == ("휴가 계산", {"programming language": "python"})


def test_results_are_their_plain_text_and_errors_their_message() -> None:
    table = {"data": {"text/plain": ["  일수\n", "0 15"], "text/html": "<table></table>"}}
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'일수'", "traceback": ["x"]}
    text = load(code("show()", {"output_type": "execute_result", **table}, error)).text
    assert text.endswith("```\n  일수\n0 15\nKeyError: '일수'\n```")


def test_pictures_and_colours_are_left_out() -> None:
    picture = {"data": {"image/png": "iVBOR", "text/plain": "<Figure size 640x480>"}}
    shown = markdown(f"그림 ![](data:image/png;base64,{'QUJD' * 20})")
    text = load(shown, code("plot()", picture, printed("\x1b[31m경고\x1b[0m"))).text
    assert text == "그림 ![]()\n\n```\nplot()\n```\n\n```\n경고\n```"


def test_of_a_long_log_only_the_beginning_is_read() -> None:
    text = load(code("train()", printed("loss 0.1\n" * 5_000))).text
    assert text.endswith("loss 0.1\n[…]\n```")
    assert len(text) < 6_000


def test_code_cannot_close_its_block() -> None:
    loaded = load(code('print("""\n```\n# 제목\n""")'), markdown("# 진짜 제목"))
    assert [heading.text for heading in loaded.headings] == ["진짜 제목"]


def test_a_notebook_of_the_old_kind_is_read() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "제목"},
        {"cell_type": "code", "input": "1", "outputs": [{"output_type": "pyout", "text": "1"}]},
    ]
    notebook = {"nbformat": 3, "worksheets": [{"cells": cells}]}
    loaded = NotebookLoader().load(json.dumps(notebook).encode(), "a.ipynb")
    assert loaded.text == "## 제목\n\n```\n1\n```\n\n```\n1\n```"


def test_a_notebook_without_text_is_empty() -> None:
    with pytest.raises(EmptyFileError, match=r"실험\.ipynb"):
        load(markdown(""), code(""))


@pytest.mark.parametrize("content", [b"[]", b'{"cells": 1}', b"{", b"text"])
def test_what_is_no_notebook_is_malformed(content: bytes) -> None:
    with pytest.raises(MalformedFileError):
        NotebookLoader().load(content, "a.ipynb")
