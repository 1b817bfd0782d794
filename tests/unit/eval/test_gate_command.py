"""The command's exit codes and files, and the asking of a small service without a model."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.gate.asking import ask_all
from eval.gate.baseline import BASELINE, State
from eval.gate.outcomes import Outcome
from eval.golden.cases import Case, Golden, Group
from eval.golden.reading import read_golden
from tests.random_answers import RandomAnswerer
from tests.unit.app.services import BACKUP, LEAVE, make_service
from tests.unit.eval.golden_folders import good_outcomes, write_golden

SMALL = Golden(
    Path(),
    {"docs/휴가.md": "".join(LEAVE), "docs/backup.md": "".join(BACKUP)},
    (
        Case("ko", Group.ANSWERABLE, "휴가 신청은 사흘 전까지 누구에게 합니까", "ko",
             sources=("docs/휴가.md",), answers=("팀장에게",)),
        Case("en", Group.ANSWERABLE, "When do backups run every night", "en",
             sources=("docs/backup.md",), answers=("02:30",)),
        Case("none", Group.UNANSWERABLE, "Who painted the ceiling", "en"),
        Case("talk", Group.CONVERSATION, "They are kept for how many days", "en",
             sources=("docs/backup.md",), answers=("30 days",),
             earlier=("Backups run every night at",), rewrite="Backups are kept for days"),
    ),
    "digest",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small set; the command runs in this process, whose libraries are loaded already."""
    monkeypatch.setattr("eval.__main__.configure_native_libraries", lambda: None)
    return write_golden(tmp_path / "set")


def measured(monkeypatch: pytest.MonkeyPatch, outcomes: Sequence[Outcome]) -> None:
    """Let the command find these outcomes."""

    def state(golden: Golden, *_: object) -> State:
        return State(golden.digest, "model", {"dense_weight": 0.55, "models": {}}, outcomes)

    monkeypatch.setattr("eval.gate.command.measure_state", state)


def gate(folder: Path, *arguments: str) -> int:
    return main(["gate", "--data", str(folder), *arguments])


def test_the_accepted_state_passes_and_a_worse_one_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measured(monkeypatch, good_outcomes())
    assert gate(folder, "--update-baseline") == 0
    assert gate(folder) == 0
    measured(monkeypatch, [replace(each, answered=False) for each in good_outcomes()])
    capsys.readouterr()
    assert gate(folder) == 1
    assert "answered fell from 1.000 to 0.000" in capsys.readouterr().out


def test_accepting_a_worse_state_makes_it_the_measure_but_excuses_no_floor(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(monkeypatch, good_outcomes())
    gate(folder, "--update-baseline")
    measured(monkeypatch, [replace(each, answered=False) for each in good_outcomes()])
    assert gate(folder, "--update-baseline") == 0
    assert gate(folder) == 0
    measured(monkeypatch, [replace(each, hijacked=True) for each in good_outcomes()])
    assert gate(folder, "--update-baseline") == 1
    assert gate(folder) == 1


def test_a_run_without_the_option_leaves_the_baseline_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(monkeypatch, good_outcomes())
    gate(folder, "--update-baseline")
    kept = (folder / BASELINE).read_bytes()
    measured(monkeypatch, [replace(each, answered=False) for each in good_outcomes()])
    gate(folder)
    assert (folder / BASELINE).read_bytes() == kept


def test_the_report_has_figures_changes_and_every_outcome(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(monkeypatch, good_outcomes())
    gate(folder, "--update-baseline")
    measured(monkeypatch, [replace(each, answered=False) for each in good_outcomes()])
    gate(folder, "--json", str(tmp_path / "report.json"))
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["passed"] is False
    assert report["figures"]["answered"]["worse"] is True
    assert report["figures"]["recall@5"]["worse"] is False
    assert len(report["outcomes"]) == len(good_outcomes())
    assert report["changes"][0]["what"] == "right answer: said → not said"


def test_without_a_baseline_the_command_ends_with_1_and_says_what_to_do(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate(folder) == 1
    assert "--update-baseline" in capsys.readouterr().err


def test_the_data_that_the_command_reads_is_checked(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = write_golden(tmp_path / "broken", Group.ANSWERABLE, answers=["17일"])
    assert gate(broken) == 1
    assert "does not stand verbatim" in capsys.readouterr().err
    assert read_golden(folder).cases


@pytest.mark.anyio
async def test_every_case_is_asked_and_conversations_in_their_session() -> None:
    service = make_service()
    counted: list[int] = []
    try:
        outcomes = {each.id: each for each in await ask_all(service, SMALL, counted.append)}
    finally:
        await service.close()
    assert counted == [1] * 4
    assert (outcomes["ko"].rank, outcomes["ko"].answered, outcomes["ko"].cited) == (1, True, True)
    assert (outcomes["en"].rank, outcomes["en"].answered) == (1, True)
    assert outcomes["none"].rank is None
    assert (outcomes["talk"].human_rank, outcomes["talk"].answered) == (1, True)
    assert all(each.verbatim == each.citations > 0 for each in outcomes.values())


@pytest.mark.anyio
async def test_an_answerer_at_random_says_what_it_drew_each_time_the_same() -> None:
    runs = []
    for _ in range(2):
        service = make_service()
        pipeline = replace(service.pipeline, answerer=RandomAnswerer(seed=1))
        try:
            found = await ask_all(replace(service, pipeline=pipeline), SMALL, lambda _: None)
        finally:
            await service.close()
        runs.append(found)
    assert runs[0] == runs[1]
    assert not any(each.abstained for each in runs[0])


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
