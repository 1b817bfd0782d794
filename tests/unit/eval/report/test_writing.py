"""Pages of whole reports."""

from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.abstention.mix import Case, Kind
from eval.abstention.results import AbstentionResult
from eval.answers.grades import grade
from eval.answers.results import AnswersResult
from eval.citations.checking import Checked
from eval.citations.results import CitationResult
from eval.datasets import Query
from eval.metrics import MEASURES
from eval.report.markup import tag, written
from eval.report.writing import html_of, write_report
from eval.results import SetResult
from eval.rewrite_results import HUMAN, LAST_TURN, REWRITTEN, RewriteResult
from eval.speed import ASK, ENCODER, Speed
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


def citations() -> dict[str, object]:
    right = Checked(
        abstained=False, verbatim=(True,), carried=(True,), marks_match=True, span_stands=True
    )
    times = {"embed": {"p50": 2.0, "p95": 3.0}}
    return CitationResult(NASTY, [right, right], INDEX, times).as_json()


def speed() -> dict[str, object]:
    times = {ENCODER: [1.0, 2.0], ASK: [10.0, 30.0], "embed": [1.0, 3.0]}
    return {**Speed(times, answered=1).as_json(), "index": INDEX.as_json()}


def rewrite() -> dict[str, object]:
    worth = {LAST_TURN: 0.25, REWRITTEN: 0.5, HUMAN: 0.75}
    values = {form: {"ndcg@10": np.full(4, mean)} for form, mean in worth.items()}
    return RewriteResult(NASTY, values, index=INDEX).as_json()


MADE: Mapping[str, Callable[[], dict[str, object]]] = {
    "retrieval": retrieval,
    "answers": answers,
    "abstention": abstention,
    "citations": citations,
    "speed": speed,
    "rewrite": rewrite,
}


def report(command: str) -> Mapping[str, Any]:
    return {
        "command": command,
        "sets": {NASTY: MADE[command]()},
        "settings": {"candidates": 200, "reranker": None, "note": "<b>"},
        "models": {"embedder": {"name": "bundled", "sha256": "abc123"}},
        "mix": {"remove_gold": 0.5, "off_topic": ["<i>.jsonl"]},
        "asked": {"citations_verified": 0.98},
        "mean": {"gap_closed": 0.5},
    }


@pytest.mark.parametrize("command", MADE)
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


@pytest.mark.parametrize("command", MADE)
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
        ("citations", ["citations verified", "2 of 2", "At least 98 %", "met", "milliseconds"]),
        ("speed", ["POST /ask", "2 questions", "1 answered", "13.3 times", "milliseconds"]),
        ("rewrite", ["as asked", "by people", "0.750", "0.50 is closed", "+0.2500"]),
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


def test_each_part_is_a_bar_and_parts_that_were_not_measured_are_named() -> None:
    legs = ("bm25", "dense", "children", "fused", "reranked", "hyde")
    values = {leg: {name: np.full(4, 0.5) for name in MEASURES} for leg in legs}
    imagined = {"model": "scripted", "questions": 3}
    whole = SetResult("set", 4, 4, values, ["a", "b", "c", "d"], INDEX, imagined).as_json()
    frame = {"command": "retrieval", "settings": {}}
    text = html_of({**frame, "sets": {"set": whole}})
    titles = ("fused, children alone", "fused + parents", "+ reranker", "+ HyDE")
    assert all(text.count(f">{title}<") == 3 for title in titles)
    assert "scripted imagined a passage for 3 of 4 queries" in text
    plain = html_of({**frame, "sets": {"set": retrieval()}})
    assert "worth is measured with --ablation" not in text
    assert "What parents are worth is measured with --ablation" in plain
    assert "No reranker is configured" in plain
    assert "HyDE is measured with --ablation" in plain
