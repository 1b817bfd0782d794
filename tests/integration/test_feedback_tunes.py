"""From a question over HTTP to the settings that fit: feedback, export, tune."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.__main__ import main as app
from app.api.application import WebOptions, create_application
from app.bootstrap import ServiceSettings, build_service
from app.llm.settings import LanguageModelSettings
from app.memory.settings import MemorySettings
from app.settings import AppSettings
from eval.__main__ import main as evaluate
from index.opening import open_index
from index.settings import IndexSettings, load_settings
from tests.unit.eval.tune.teams import RULES, fill


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the index of a team, in which meaning misleads."""
    monkeypatch.setattr("app.__main__.configure_native_libraries", lambda: None)
    monkeypatch.setattr("eval.__main__.configure_native_libraries", lambda: None)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUREUM_EMBEDDER", "tests.unit.eval.tune.teams:from_options")
    monkeypatch.setenv("MUREUM_APP_READER", "none")
    with open_index(load_settings(IndexSettings)) as index:
        fill(index)
    return tmp_path


def give_feedback() -> None:
    """Ask about every rule, and name the document that should have answered."""
    settings = ServiceSettings(
        load_settings(AppSettings),
        load_settings(IndexSettings),
        load_settings(LanguageModelSettings),
        load_settings(MemorySettings),
    )
    with TestClient(create_application(build_service(settings), WebOptions())) as client:
        for number in range(RULES):
            question = {"question": f"What does rule{number} say?"}
            session = client.post("/ask", json=question).json()["session_id"]
            opinion = {"session_id": session, "rating": "down"}
            source = {"expected_source": f"rules/rule{number}.md"}
            assert client.post("/feedback", json=opinion | source).status_code == 201


def test_feedback_with_expected_sources_tunes_the_search(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    give_feedback()
    assert app(["feedback", "export", "questions.jsonl"]) == 0
    assert f"{RULES} questions written to questions.jsonl" in capsys.readouterr().out
    assert evaluate(["tune", "questions.jsonl", "--settings", "tuned.env"]) == 0
    assert "better" in capsys.readouterr().out
    assert "MUREUM_APP_DENSE_WEIGHT=" in (place / "tuned.env").read_text(encoding="utf-8")


def test_an_export_never_replaces_a_file(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "mine.jsonl").write_text("mine", encoding="utf-8")
    assert app(["feedback", "export", "mine.jsonl"]) == 1
    assert "is there already" in capsys.readouterr().err
    assert (place / "mine.jsonl").read_text(encoding="utf-8") == "mine"
    assert app(["feedback", "export", "nowhere/new.jsonl"]) == 1
    assert "cannot be written" in capsys.readouterr().err
