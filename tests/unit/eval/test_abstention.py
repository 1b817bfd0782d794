"""The mix of questions, the measures of refusals, and the command on a small set."""

import argparse
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from eval.abstention.command import add_arguments, run
from eval.abstention.measures import Decisions, measure_of, reliability, statistic_of
from eval.abstention.mix import (
    Case,
    Kind,
    MixOptions,
    documents_to_remove,
    make_mix,
    read_off_topic,
)
from eval.abstention.results import AbstentionResult
from eval.abstention.table import print_abstentions
from eval.datasets import CorpusDocument, Query, QuestionSet
from eval.errors import QuestionSetError
from eval.intervals import bootstrap
from tests.unit.eval.question_folders import write_lines, write_set
from tests.unit.eval.replies import INDEX, replied


def question_set(questions: int = 40, impossible: int = 0) -> QuestionSet:
    """Return a set in which each document answers two questions."""
    queries = [
        Query(f"q{number}", f"Question {number}?", impossible=number < impossible)
        for number in range(questions)
    ]
    documents = [CorpusDocument(f"d{number}", "", "Text.") for number in range(questions // 2)]
    relevance = {query.id: {f"d{number // 2}": 1} for number, query in enumerate(queries)}
    return QuestionSet("set", documents, queries, relevance)


def kinds(options: MixOptions, whole: QuestionSet | None = None) -> Counter[Kind]:
    return Counter(case.kind for case in make_mix(whole or question_set(), options).cases)


def off_topic(number: int) -> list[Query]:
    return [Query(f"o{n}", f"Weather {n}?", impossible=True) for n in range(number)]


def decisions(*rows: tuple[float, bool, bool]) -> Decisions:
    confidence, should, did = zip(*rows, strict=True)
    return Decisions(np.array(confidence), np.array(should), np.array(did))


def test_documents_leave_until_the_share_of_questions_is_reached_and_always_the_same() -> None:
    whole = question_set()
    removed = documents_to_remove(whole, 0.5)
    assert len(removed) == 10
    assert removed == documents_to_remove(whole, 0.5)
    assert documents_to_remove(whole, 0.0) == set()


def test_a_question_is_unanswerable_only_when_all_its_documents_are_gone() -> None:
    whole = question_set(questions=4)
    whole.relevance["q0"]["d1"] = 1  # type: ignore[index]
    mix = make_mix(whole, MixOptions(remove_gold=0.25))
    kept = {document.id for document in mix.documents}
    assert mix.cases
    for case in mix.cases:
        answerable = bool(kept & set(whole.relevance[case.query.id]))
        assert case.should_abstain is not answerable


def test_half_of_the_questions_have_an_answer_and_each_kind_without_gives_as_many() -> None:
    found = kinds(MixOptions(0.2, off_topic(200)), question_set(100, impossible=10))
    assert found[Kind.ANSWERABLE] == 72
    assert found[Kind.IMPOSSIBLE] == 10
    assert found[Kind.REMOVED] == 18
    assert found[Kind.OFF_TOPIC] == 72 - 28


def test_the_larger_half_gives_way() -> None:
    assert kinds(MixOptions(off_topic=off_topic(5))) == {Kind.ANSWERABLE: 5, Kind.OFF_TOPIC: 5}
    mostly = question_set(40, impossible=30)
    assert kinds(MixOptions(), mostly) == {Kind.ANSWERABLE: 10, Kind.IMPOSSIBLE: 10}


def test_questions_in_a_language_that_the_set_has_not_are_left_out() -> None:
    korean = [Query("k", "오늘 날씨는 어떤가요?", impossible=True)]
    assert kinds(MixOptions(off_topic=korean + off_topic(1)))[Kind.OFF_TOPIC] == 1


def test_a_lone_question_in_another_language_brings_no_others() -> None:
    whole = question_set()
    odd = replace(whole.queries[0], text="안녕하세요?")
    whole = replace(whole, queries=[odd, *whole.queries[1:]])
    korean = [Query(f"k{n}", "오늘 날씨는 어떤가요?", impossible=True) for n in range(9)]
    assert kinds(MixOptions(off_topic=korean + off_topic(1)), whole)[Kind.OFF_TOPIC] == 1


def test_one_half_alone_is_refused_with_what_to_do() -> None:
    with pytest.raises(QuestionSetError, match="40 questions with an answer and 0 without"):
        make_mix(question_set(), MixOptions())


def test_questions_about_something_else_come_from_several_forms_of_files(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    write_lines(first, [{"id": "1", "question": "날씨는?"}])
    write_lines(second, [{"input": "Weather?"}])
    found = read_off_topic([first, second])
    assert [(query.id, query.text) for query in found] == [
        (f"{tmp_path.name}/a:1", "날씨는?"),
        (f"{tmp_path.name}/b:1", "Weather?"),
    ]
    write_lines(second, [{"input": " "}])
    with pytest.raises(QuestionSetError, match="line 1: one of the fields question, input, text"):
        read_off_topic([second])


def test_measures_are_those_of_the_definitions() -> None:
    found = decisions(
        (0.1, True, True), (0.6, True, False), (0.3, False, True), (0.9, False, False)
    )
    assert measure_of("precision", found) == 0.5
    assert measure_of("recall", found) == 0.5
    assert measure_of("accuracy", found) == 0.5
    assert measure_of("auroc", found) == pytest.approx(3 / 4)
    assert measure_of("ece", found) == pytest.approx((0.1 + 0.6 + 0.7 + 0.1) / 4)


def test_equal_confidences_count_one_half() -> None:
    same = decisions((0.5, True, True), (0.5, False, True), (0.5, False, True))
    assert measure_of("auroc", same) == pytest.approx(0.5)


def test_a_measure_without_questions_is_not_defined() -> None:
    kept = decisions((0.9, False, False), (0.8, False, False))
    assert np.isnan(measure_of("precision", kept))
    assert np.isnan(measure_of("recall", kept))
    assert np.isnan(measure_of("auroc", kept))


def test_a_draw_of_every_question_once_gives_the_figure_itself_and_more_draws_spread() -> None:
    generator = np.random.default_rng(3)
    should = generator.random(300) < 0.5
    confidence = np.clip(generator.normal(0.6 - 0.3 * should, 0.2), 0, 1)
    found = Decisions(confidence, should, confidence < 0.5)
    area = measure_of("auroc", found)
    pairs = confidence[~should][:, None] - confidence[should][None, :]
    assert area == pytest.approx(((pairs > 0) + (pairs == 0) / 2).mean())
    interval = bootstrap(300, statistic_of("auroc", found))
    assert interval.low < area < interval.high
    assert 0.02 < interval.high - interval.low < 0.15


def test_bins_tell_how_many_questions_had_an_answer() -> None:
    bins = reliability(
        decisions((0.0, True, True), (1.0, False, False), (0.95, True, False), (0.1, True, True))
    )
    assert [one.queries for one in bins] == [1, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert (bins[-1].confidence, bins[-1].answerable) == (pytest.approx(0.975), 0.5)
    assert np.isnan(bins[5].answerable)


def result() -> AbstentionResult:
    cases = [
        Case(Query("a", "Where do visitors park?"), Kind.ANSWERABLE),
        Case(Query("b", "연차는 며칠인가요?"), Kind.ANSWERABLE),
        Case(Query("c", "Who founded it?"), Kind.IMPOSSIBLE),
        Case(Query("d", "날씨는 어떤가요?"), Kind.OFF_TOPIC),
    ]
    replies = [
        replied(confidence=0.9),
        replied(confidence=0.4, abstained=True),
        replied(confidence=0.7),
        replied(confidence=0.2, abstained=True),
    ]
    return AbstentionResult("규정 [b]", cases, replies, 0.5, INDEX)


def test_the_report_holds_figures_by_language_and_kind_and_of_every_query() -> None:
    report = json.loads(json.dumps(result().as_json()))
    assert (report["precision"], report["recall"], report["threshold"]) == (0.5, 0.5, 0.5)
    assert report["kinds"]["answerable"] == {"queries": 2, "refused": 1}
    assert report["kinds"]["off-topic"] == {"queries": 1, "refused": 1}
    assert (report["languages"]["ko"]["recall"], report["languages"]["en"]["recall"]) == (1, 0)
    assert report["languages"]["en"]["precision"] is None
    assert report["languages"]["en"]["unanswerable"] == 1
    assert report["per_query"]["b"] == {"accuracy": 0, "brier": pytest.approx(0.36)}
    assert report["reliability"][9]["answerable"] == 1


def test_the_tables_fit_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_abstentions([result()], Console(width=80))
    text = capsys.readouterr().out
    assert "규정 [b]" in text
    assert "refused 1 of 2 answerable, 0 of 1 impossible, 1 of 1 off-topic" in text
    assert "…" not in text


def test_the_command_leaves_documents_out_and_keeps_that_index_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUREUM_EMBEDDER", "hashing")
    write_set(tmp_path / "set")
    write_lines(tmp_path / "weather.jsonl", [{"question": "Is it going to rain tomorrow?"}])
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    arguments = ["set", "--remove-gold", "0.3", "--index", "kept", "--json", "report.json"]
    given = parser.parse_args([*arguments, "--off-topic", "weather.jsonl"])
    assert run(given) == 0
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    found = report["sets"]["set"]
    assert {"precision", "recall", "auroc", "threshold"} <= set(found)
    assert found["queries"] == 4
    assert {name: kind["queries"] for name, kind in found["kinds"].items()} == {
        "answerable": 2,
        "removed": 1,
        "off-topic": 1,
    }
    assert found["index"]["documents"] == 3
    assert (tmp_path / "kept" / "set-without-0.3" / "index").is_dir()
    assert report["mix"]["off_topic"] == ["weather.jsonl"]


@pytest.mark.parametrize("text", ["1", "-0.1", "half", "nan"])
def test_a_share_is_a_number_below_one(text: str) -> None:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_arguments(parser)
    with pytest.raises(argparse.ArgumentError, match="a share from 0 to below 1"):
        parser.parse_args([".", "--remove-gold", text])
