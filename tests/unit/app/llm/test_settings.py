"""Impossible settings of a language model stop the start in one line."""

from pathlib import Path

import pytest

from app.llm.base import Sampling
from app.llm.settings import LanguageModelSettings
from index.errors import SettingsError
from index.settings import load_settings


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_by_default_there_is_no_language_model() -> None:
    settings = load_settings(LanguageModelSettings)
    assert settings.backend == "none"
    assert settings.sampling == Sampling()


def test_the_sampling_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TEMPERATURE": "0.4", "TOP_P": "0.9", "MAX_TOKENS": "64"}.items():
        monkeypatch.setenv(f"MUREUM_LLM_{name}", value)
    monkeypatch.setenv("MUREUM_LLM_SEED", "7")
    monkeypatch.setenv("MUREUM_LLM_STOP", "</answer>|끝")
    expected = Sampling(0.4, 0.9, 64, 7, ("</answer>", "끝"))
    assert load_settings(LanguageModelSettings).sampling == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIMEOUT_SECONDS", "0"),
        ("RETRIES", "-1"),
        ("CONTEXT_TOKENS", "-5"),
        ("TEMPERATURE", "3"),
        ("TOP_P", "0"),
        ("MAX_TOKENS", "0"),
        ("SEED", "-2"),
        ("THREADS", "-1"),
        ("GPU_LAYERS", "many"),
        ("PARALLEL", "0"),
        ("WAITING", "-1"),
        ("BASE_URL", "localhost:8080"),
        ("BACKEND", ""),
    ],
)
def test_an_impossible_value_names_its_setting_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"MUREUM_LLM_{name}", value)
    with pytest.raises(SettingsError, match=f"^MUREUM_LLM_{name}: ") as caught:
        load_settings(LanguageModelSettings)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("backend", ["openai", "llamacpp"])
def test_a_back_end_without_a_model_asks_for_one(
    monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    monkeypatch.setenv("MUREUM_LLM_BACKEND", backend)
    with pytest.raises(SettingsError, match=r"^MUREUM_LLM_MODEL: "):
        load_settings(LanguageModelSettings)


def test_an_answer_must_fit_into_the_context(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUREUM_LLM_CONTEXT_TOKENS", "700")
    with pytest.raises(SettingsError, match=r"^MUREUM_LLM_MAX_TOKENS: .*CONTEXT_TOKENS, 700"):
        load_settings(LanguageModelSettings)


def test_the_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUREUM_LLM_API_KEY", "sk-secret")
    assert "sk-secret" not in repr(load_settings(LanguageModelSettings))
