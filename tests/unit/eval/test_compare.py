"""Two reports beside each other."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.differences import Difference, differences, read_run
from eval.errors import ReportError

Values = Mapping[str, Mapping[str, Any]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("eval.__main__.configure_native_libraries", lambda: None)


def write(path: str, sets: Mapping[str, Values], command: str = "answers") -> Path:
    per_query = {name: {"per_query": values} for name, values in sets.items()}
    Path(path).write_text(json.dumps({"command": command, "sets": per_query}), encoding="utf-8")
    return Path(path)


def values(right: int, of: int = 40, measure: str = "em") -> Values:
    return {f"q{number}": {measure: float(number < right)} for number in range(of)}


def compared(first: Mapping[str, Values], second: Mapping[str, Values]) -> list[Difference]:
    runs = read_run(write("a.json", first)), read_run(write("b.json", second))
    return differences(*runs, lambda _: None)


def test_a_large_difference_is_significant_and_a_small_one_is_not() -> None:
    large, small = compared(
        {"규정": values(10), "vpn": values(10)}, {"규정": values(30), "vpn": values(11)}
    )
    assert (large.name, large.measure, large.queries) == ("규정", "em", 40)
    assert (large.first, large.second) == (0.25, 0.75)
    assert (large.result.difference, large.verdict) == (pytest.approx(0.5), "better")
    assert (small.result.difference, small.verdict) == (pytest.approx(0.025), "–")


def test_values_are_paired_by_query_and_not_by_place() -> None:
    turned = dict(reversed(list(values(20).items())))
    (found,) = compared({"set": values(20)}, {"set": turned})
    assert (found.result.difference, found.result.p) == (0, 1)


def test_a_lower_brier_score_is_better() -> None:
    (found,) = compared({"s": values(30, measure="brier")}, {"s": values(10, measure="brier")})
    assert found.verdict == "better"


def test_measures_of_a_leg_begin_with_its_name() -> None:
    legs = {query: {"fused": {"ndcg@10": one["em"]}} for query, one in values(20).items()}
    (found,) = compared({"set": legs}, {"set": legs})
    assert found.measure == "fused ndcg@10"


def test_a_measure_that_only_some_queries_have_is_compared_on_them() -> None:
    some = {**values(20), "x": {"impossible_em": 1.0}, "y": {"impossible_em": 0.0}}
    found = {one.measure: one.queries for one in compared({"set": some}, {"set": some})}
    assert found == {"em": 40, "impossible_em": 2}


def test_the_command_prints_a_table_and_says_when_queries_were_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write("a.json", {"규정 [b]": values(10)})
    write("b.json", {"규정 [b]": values(30, of=60)})
    assert main(["compare", "a.json", "b.json"]) == 0
    said = capsys.readouterr().out
    assert "규정 [b]" in said
    assert "better" in said
    assert "only the 40 queries of both runs" in said
    assert "1 of 1 differences are significant" in said


@pytest.mark.parametrize(
    ("second", "command", "message"),
    [
        ({"other": values(1)}, "answers", "The runs are of different sets: set in a.json, other"),
        ({"set": {"z": {"em": 1.0}}}, "answers", "no query of set in common"),
        ({"set": values(1)}, "retrieval", "only two of one command can be compared"),
    ],
)
def test_runs_that_cannot_be_compared_end_with_one_line(
    second: Mapping[str, Values], command: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write("a.json", {"set": values(1)})
    write("b.json", second, command)
    assert main(["compare", "a.json", "b.json"]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"command": "answers", "sets": {"s": {}}}', '{"sets": 3}', "\udcff"]
)
def test_a_file_that_is_no_report_is_named(text: str) -> None:
    Path("a.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ReportError, match=r"a\.json is no report with the values of every query"):
        read_run(Path("a.json"))
