from pathlib import Path

import pytest

from app.settings import AppSettings
from index.errors import SettingsError
from index.settings import load_settings


@pytest.fixture(autouse=True)
def _no_dotenv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_defaults_listen_on_this_machine_only() -> None:
    settings = load_settings(AppSettings)
    assert (settings.host, settings.port, settings.reranker) == ("127.0.0.1", 8000, "none")


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("MUREUM_APP_PORT=8100\nMUREUM_APP_CANDIDATES=50\n")
    monkeypatch.setenv("MUREUM_APP_PORT", "8200")
    settings = load_settings(AppSettings)
    assert (settings.port, settings.candidates) == (8200, 50)


def test_an_unknown_setting_stops_the_start_and_suggests_the_nearest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MUREUM_APP_RERANKR", "none")
    with pytest.raises(
        SettingsError, match=r"MUREUM_APP_RERANKR. Did you mean MUREUM_APP_RERANKER"
    ):
        load_settings(AppSettings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("DENSE_WEIGHT", "1.5"),
        ("LOG_LEVEL", "loud"),
        ("REQUEST_BYTES", "-1"),
        ("WORKER_THREADS", "0"),
        ("CONFIDENCE_THRESHOLD", "often"),
        ("HOST", ""),
    ],
)
def test_an_impossible_value_stops_the_start_without_being_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"MUREUM_APP_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings(AppSettings)
    message = str(caught.value)
    assert message.startswith(f"MUREUM_APP_{name}: ")
    assert "\n" not in message
    assert not value or value not in message


def test_every_setting_explains_itself_in_a_sentence() -> None:
    for name, field in AppSettings.model_fields.items():
        assert (field.description or "").endswith("."), name
