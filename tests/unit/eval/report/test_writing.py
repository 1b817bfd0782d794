"""Pages of whole reports."""

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.abstention.mix import Case, Kind
from eval.abstention.results import AbstentionResult
from eval.answers.grades import grade
from eval.answers.results import AnswersResult
from eval.datasets import Query
from eval.metrics import MEASURES
from eval.report.markup import tag, written
from eval.report.writing import html_of, write_report
from eval.results import SetResult
from index.errors import StorageFullError
from tests.unit.eval.replies import INDEX, replied

NASTY = "규정 <script>alert('1')</script> & \"b\""
EMPTY_TAGS = {"meta", "br"}


class Tags(HTMLParser):
    """Collects tags, and complains about any that is not closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in EMPTY_TAGS:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


def retrieval() -> dict[str, object]:
    values = {
        leg: {name: np.full(4, 0.5) for name in MEASURES} for leg in ("bm25", "dense", "fused")
    }
    return SetResult(NASTY, 4, 4, values, ["a", "b", "c", "d"], INDEX).as_json()


def answers() -> dict[str, object]:
    asked = Query("q", "Where do visitors park?", answers=("behind",))
    impossible = Query("x", "Who?", impossible=True)
    grades = [
        grade(asked, replied(NASTY), {"parking"}),
        grade(impossible, replied(abstained=True), set()),
    ]
    return AnswersResult(NASTY, grades, INDEX).as_json()


def abstention() -> dict[str, object]:
    cases = [
        Case(Query("a", "Where?"), Kind.ANSWERABLE),
        Case(Query("b", "날씨는?"), Kind.OFF_TOPIC),
    ]
    replies = [replied(), replied(confidence=0.1, abstained=True)]
    return AbstentionResult(NASTY, cases, replies, 0.5, INDEX).as_json()


def report(command: str) -> Mapping[str, Any]:
    made = {"retrieval": retrieval, "answers": answers, "abstention": abstention}[command]
    return {
        "command": command,
        "sets": {NASTY: made()},
        "settings": {"candidates": 200, "reranker": None, "note": "<b>"},
        "models": {"embedder": {"name": "bundled", "sha256": "abc123"}},
        "mix": {"remove_gold": 0.5, "off_topic": ["<i>.jsonl"]},
    }


@pytest.mark.parametrize("command", ["retrieval", "answers", "abstention"])
def test_a_page_is_whole_and_loads_and_runs_nothing(command: str) -> None:
    text = html_of(report(command))
    tags = Tags()
    tags.feed(text)
    assert tags.opened == []
    assert not {"script", "link", "img", "iframe", "object"} & set(tags.seen)
    assert not {"src", "href", "onload"} & {name for name, _ in tags.attributes}
    assert "http" not in text
    assert "url(" not in text
    assert "svg" in tags.seen


@pytest.mark.parametrize("command", ["retrieval", "answers", "abstention"])
def test_text_of_sets_and_settings_is_escaped_and_readable(command: str) -> None:
    text = html_of(report(command))
    assert "규정 &lt;script&gt;" in text
    assert "<script>" not in text
    assert "<b>" not in text
    assert "prefers-color-scheme: dark" in text


@pytest.mark.parametrize(
    ("command", "figures"),
    [
        ("retrieval", ["0.500", "fused against bm25", "4 documents"]),
        ("answers", ["1 of 1", "impossible refused", "milliseconds"]),
        ("abstention", ["AUROC", "off-topic", "threshold 0.5", "mean confidence"]),
    ],
)
def test_figures_and_what_they_rest_on_are_there(command: str, figures: list[str]) -> None:
    text = html_of(report(command)).replace("Milliseconds", "milliseconds")
    for figure in [*figures, "abc123", "candidates", "whitespace"]:
        assert figure in text


def test_characters_that_no_page_may_hold_are_shown_as_missing() -> None:
    made = tag("p", {"title": "a\x00b"}, "c\ud800d", tag("br"), "e\x1f")
    assert written(made) == '<p title="a�b">c�d<br>e�</p>'


def test_both_forms_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    page, figures = tmp_path / "r.html", tmp_path / "r.json"
    write_report(report("answers"), json=figures, html=page)
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert figures.read_text(encoding="utf-8").startswith("{")
    write_report(report("answers"), json=None, html=None)
    with pytest.raises(StorageFullError, match="cannot be written"):
        write_report(report("answers"), json=None, html=tmp_path)
